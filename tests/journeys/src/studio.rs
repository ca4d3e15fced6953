//! What a person does in the studio, one verb a step.

use crate::{Browser, Kind, Pixels, Site, place};
use serde_json::Value;
use std::path::{Path, PathBuf};

impl Browser {
    /// Opens the page and waits until the studio is there and knows who answers.
    pub async fn open_studio(&self, url: &str) {
        self.goto(url).await;
        self.shown("#send").await;
        self.until("the page knows who answers", || async {
            (self.destination().await != "This site").then_some(())
        })
        .await;
    }

    /// A browser with the studio open and a photo chosen.
    pub async fn with_photo(url: &str, photo: &Path) -> Self {
        let page = Self::start().await;
        page.open_studio(url).await;
        page.drop_photo(photo).await;
        page
    }

    /// A browser on a page of a site with two studios, `#one` and `#two`.
    pub async fn with_two(site: &Site, kind: Kind) -> Self {
        site.page(
            "/",
            "<backdrop-studio id=one></backdrop-studio><backdrop-studio id=two></backdrop-studio>",
        );
        let page = Self::start_as(kind).await;
        page.open_studio(site.origin()).await;
        page
    }

    /// Chooses the language, as a visitor of our own page can.
    pub async fn speak(&self, code: &str) {
        self.shown("#language").await;
        self.ask_studio(&format!(
            "const select = studio.shadowRoot.querySelector('#language');
            select.value = '{code}';
            select.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        ))
        .await;
        let css = format!(".app:lang({code})");
        self.find(&css).await;
        self.shown("#language").await;
    }

    /// Keeps all that the live region says from now on, for [`heard`](Self::heard).
    pub async fn listen(&self) {
        let script = "
            const status = studio.shadowRoot.querySelector('#status');
            window.heard = [];
            new MutationObserver(() => window.heard.push(status.textContent))
                .observe(status, { childList: true, characterData: true, subtree: true });";
        self.ask_studio(script).await;
    }

    /// What the live region has said.
    pub async fn heard(&self) -> Vec<String> {
        let heard = self.run("return window.heard", vec![]).await;
        serde_json::from_value(heard).expect("it listens")
    }

    /// Fills the history with so many small pictures, the oldest first, each as large as `bytes` by
    /// what it says of itself.
    pub async fn fill_history(&self, count: u32, bytes: u32) {
        let room = place::file_of(&place::site(), "backdrop-room-", ".js");
        let script = include_str!("fill-history.js");
        self.run(script, vec![room.into(), count.into(), bytes.into()]).await;
        self.until("the history is filled", || async {
            (self.run("return window.__filled", vec![]).await == true).then_some(())
        })
        .await;
    }

    /// How many pictures this browser keeps in mind to fetch them later. Beside them it keeps how long
    /// pictures took, and nothing else.
    pub async fn left_to_fetch(&self) -> usize {
        let kept = self.run("return Object.keys(localStorage)", vec![]).await;
        let kept: Vec<String> = serde_json::from_value(kept).expect("the names of what is kept");
        let (left, others): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|name| name.starts_with("backdrop:pending:"));
        assert!(others.iter().all(|name| name.starts_with("backdrop:took:")), "{others:?}");
        left.len()
    }

    /// Runs a script that finds the tag as `studio`, and brings what it returns.
    pub async fn ask_studio(&self, script: &str) -> Value {
        let script = format!("const studio = document.querySelector('backdrop-studio'); {script}");
        self.run(&script, vec![]).await
    }

    /// Where the chip in the header says that photos go.
    pub async fn destination(&self) -> String {
        let chip = self.text("#connection").await;
        chip.trim_start_matches("Photos go to:").trim().to_owned()
    }

    /// Opens the connection and uses a key at this address.
    pub async fn use_key(&self, address: &str, key: &str) {
        self.click("#connection").await;
        self.click("#connect-segmind").await;
        self.fill("#address", address).await;
        self.fill("#key", key).await;
        self.press("enter").await;
        self.gone("#connect").await;
    }

    /// Drops a photo on the stage and waits until it is the photo. Elsewhere than in Chromium no
    /// driver drops files: there it is picked.
    pub async fn drop_photo(&self, file: &Path) {
        match self.kind() {
            Kind::Chromium => self.drop_files(".stage", &[file.to_owned()]).await,
            _ => self.pick_files("#image", &[file.to_owned()]).await,
        }
        self.photo_is(&file_name(file)).await;
    }

    /// Waits until the panel and the stage show the photo of this name.
    pub async fn photo_is(&self, name: &str) {
        self.wait_for_text("fieldset .photo b", name).await;
        self.wait_for_text("#photo-facts", "×").await;
    }

    /// The tab of the background that has this id, such as `background-colour`.
    pub async fn choose_background(&self, id: &str) {
        self.click(&format!("#{id}")).await;
    }

    /// A colour typed as hex.
    pub async fn choose_colour(&self, colour: &str) {
        self.choose_background("background-colour").await;
        self.retype("#prompt", colour).await;
    }

    /// Marks all that is in a field and types over it, as a person does.
    pub async fn retype(&self, css: &str, text: &str) {
        self.click(css).await;
        self.press("ctrl+a").await;
        self.type_here(text).await;
    }

    /// Sets a seed, which holds when the field is left.
    pub async fn seed(&self, seed: u32) {
        if self.kind() == Kind::WebKit {
            // Its driver finds nowhere to click in a field that scrolls into view by the panel.
            self.ask_studio("studio.shadowRoot.querySelector('#seed').focus()").await;
            self.press("ctrl+a").await;
            self.type_here(&seed.to_string()).await;
        } else {
            self.retype("#seed", &seed.to_string()).await;
        }
        self.press("tab").await;
    }

    /// Clicks the button and waits for one more result.
    pub async fn send(&self) {
        let before = self.all(".strip li").await.len();
        self.click("#send").await;
        self.until("a result is there", || async {
            let more = self.all(".strip li").await.len() > before;
            let shown = self.all("#result").await.first()?.is_displayed().await.ok()?;
            (more && shown && !self.is_busy().await).then_some(())
        })
        .await;
    }

    /// Clicks the button and waits for a failure that says this; returns all its words.
    pub async fn send_in_vain(&self, says: &str) -> String {
        self.click("#send").await;
        self.wait_for_text("#failure", says).await
    }

    /// Whether a request runs.
    pub async fn is_busy(&self) -> bool {
        self.property("#send", "ariaDisabled").await == "true"
    }

    /// Clicks Download; the file, and its pixels.
    pub async fn download(&self) -> (PathBuf, Pixels) {
        self.click("#download").await;
        let file = self.next_download().await;
        let pixels = Pixels::of(&file);
        (file, pixels)
    }

    /// Sends, and returns the downloaded result.
    pub async fn make(&self) -> (PathBuf, Pixels) {
        self.send().await;
        self.download().await
    }

    /// Presses Tab until what has the focus matches; a person gives up sooner.
    pub async fn tab_to(&self, css: &str) {
        let mut passed = Vec::new();
        for _ in 0..60 {
            self.press("tab").await;
            if self.has_focus(css).await {
                return;
            }
            passed.push(self.focused().await);
        }
        panic!("Tab never comes to `{css}`; it passed {passed:#?}");
    }

    /// Whether what has the focus matches.
    pub async fn has_focus(&self, css: &str) -> bool {
        let found = self.all(&format!(":is({css}):focus")).await;
        !found.is_empty()
    }
}

fn file_name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
