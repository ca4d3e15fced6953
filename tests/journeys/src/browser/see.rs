//! What is seen, and waited for.

use super::Browser;
use crate::DEADLINE;
use crate::kind::Kind;
use fantoccini::elements::{Element, ElementRef};
use serde_json::Value;
use std::time::{Duration, Instant};

impl Browser {
    /// The first element that matches, as soon as there is one.
    pub async fn find(&self, css: &str) -> Element {
        self.until(&format!("there is `{css}`"), || async {
            self.all(css).await.into_iter().next()
        })
        .await
    }

    /// All that match now, without waiting.
    pub async fn all(&self, css: &str) -> Vec<Element> {
        let script = "
            const host = document.querySelector(arguments[0]);
            return host ? [...(host.shadowRoot ?? host).querySelectorAll(arguments[1])] : [];";
        let found = self.run(script, vec![self.host.as_str().into(), css.into()]).await;
        let ids = found.as_array().into_iter().flatten();
        ids.filter_map(|element| element.as_object()?.values().next()?.as_str())
            .map(|id| ElementRef::from(id.to_owned()))
            .map(|id| Element::from_element_id(self.client.clone(), id))
            .collect()
    }

    /// Waits until nothing matches, or nothing that matches is displayed.
    pub async fn gone(&self, css: &str) {
        self.until(&format!("`{css}` is gone"), || async {
            for element in self.all(css).await {
                // One that has left the page since is gone as well.
                if element.is_displayed().await.unwrap_or(false) {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }

    /// Waits until the first match is displayed.
    pub async fn shown(&self, css: &str) -> Element {
        self.until(&format!("`{css}` is displayed"), || async {
            let element = self.all(css).await.into_iter().next()?;
            element.is_displayed().await.ok()?.then_some(element)
        })
        .await
    }

    /// The text of the first match as it is rendered.
    pub async fn text(&self, css: &str) -> String {
        self.until(&format!("`{css}` has a text"), || async {
            self.rendered(self.all(css).await.first()?).await
        })
        .await
    }

    /// Waits until the first match's text holds `part`, and returns all of it.
    pub async fn wait_for_text(&self, css: &str, part: &str) -> String {
        self.until(&format!("`{css}` says `{part}`"), || async {
            let text = self.rendered(self.all(css).await.first()?).await?;
            text.contains(part).then_some(text)
        })
        .await
    }

    /// WebKit's driver finds no text inside a shadow root, so there the page itself is asked.
    async fn rendered(&self, element: &Element) -> Option<String> {
        if self.kind != Kind::WebKit {
            return element.text().await.ok();
        }
        let element = serde_json::to_value(element).ok()?;
        let text =
            self.client.execute("return arguments[0].innerText", vec![element]).await.ok()?;
        text.as_str().map(str::to_owned)
    }

    /// A property of the first match, such as `value` or `checked`, as text; empty if undefined.
    pub async fn property(&self, css: &str, name: &str) -> String {
        self.until(&format!("`{css}` has `{name}`"), || async {
            Some(self.all(css).await.first()?.prop(name).await.ok()?.unwrap_or_default())
        })
        .await
    }

    /// What holds the focus inside the host, as `tag#id.class`; empty if nothing does.
    pub async fn focused(&self) -> String {
        let script = "
            const host = document.querySelector(arguments[0]);
            const at = host?.shadowRoot ? host.shadowRoot.activeElement : document.activeElement;
            return at ? at.localName + (at.id && '#' + at.id)
                + [...at.classList].map((name) => '.' + name).join('') : '';";
        let found = self.run(script, vec![self.host.as_str().into()]).await;
        found.as_str().unwrap_or_default().to_owned()
    }

    /// Runs a script in the page (`arguments[0]` …) and returns what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let mut result = self.client.execute(script, arguments.clone()).await;
        // WebKit's driver loses a result now and then.
        if result.as_ref().is_err_and(|error| error.to_string().contains("parse script result")) {
            result = self.client.execute(script, arguments).await;
        }
        match result {
            Ok(value) => value,
            Err(error) => panic!("the script failed: {error}\n{script}"),
        }
    }

    /// Waits for `look` to return something, looking again and again until the deadline.
    pub async fn until<T, F: Future<Output = Option<T>>>(
        &self,
        what: &str,
        look: impl FnMut() -> F,
    ) -> T {
        self.until_within(DEADLINE, what, look).await
    }

    /// As [`until`](Self::until), for what takes longer (or must not).
    pub async fn until_within<T, F: Future<Output = Option<T>>>(
        &self,
        patience: Duration,
        what: &str,
        mut look: impl FnMut() -> F,
    ) -> T {
        let end = Instant::now() + patience;
        loop {
            if let Some(found) = look().await {
                return found;
            }
            if Instant::now() >= end {
                // The test harness names each test's thread after the test.
                let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
                let seen = self.screenshot(&format!("failed-{test}")).await;
                let complaints = self.complaints().await.join("\n");
                panic!(
                    "waited {patience:?} in vain until {what}; what was there: {}\n{complaints}",
                    seen.display()
                );
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}
