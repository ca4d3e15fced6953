//! What a page complains of: errors on its console, and breaches of its Content-Security-Policy.

use crate::kind::Kind;
use crate::wire::ReadLog;
use fantoccini::Client;
use serde_json::Value;
use std::sync::Mutex;

/// Kept in every document before its own scripts run. Breaches are reported on the console as well,
/// but only those that a console message exists for.
pub(crate) const LISTEN: &str = "
    window.__breaches = [];
    addEventListener('securitypolicyviolation', (event) => window.__breaches.push(
        `${event.effectiveDirective} blocked ${event.blockedURI} in ${event.sourceFile}:${event.lineNumber}`
    ));";

/// Reading the browser's log empties it, so what was read is kept here.
#[derive(Default)]
pub(crate) struct Console(Mutex<Vec<String>>);

impl Console {
    pub async fn complaints(&self, client: &Client, kind: Kind) -> Vec<String> {
        // A breach is reported in a task of its own, which may still be waiting.
        let breaches = client
            .execute_async(
                "const done = arguments[0];
                 setTimeout(() => done((window.__breaches ?? []).splice(0)), 50);",
                vec![],
            )
            .await
            .expect("the page's breaches");
        let breaches = breaches.as_array().cloned().unwrap_or_default();
        let breaches = breaches
            .iter()
            .filter_map(|breach| Some(format!("Content-Security-Policy: {}", breach.as_str()?)));
        // Elsewhere a driver tells nothing of the console; a page may keep its own errors.
        let log = match kind {
            Kind::Chromium => client.issue_cmd(ReadLog).await.expect("the browser's log"),
            Kind::Firefox | Kind::WebKit => {
                let errors = "return (window.__errors ?? []).splice(0)
                    .map((message) => ({ level: 'SEVERE', source: 'page', message }))";
                client.execute(errors, vec![]).await.expect("the page's errors")
            }
        };
        let errors = log.as_array().cloned().unwrap_or_default();
        let errors = errors.iter().filter_map(|entry| {
            let severe = entry["level"] == "SEVERE";
            severe.then(|| format!("{}: {}", text(&entry["source"]), text(&entry["message"])))
        });
        let mut kept = self.0.lock().unwrap();
        kept.extend(breaches.chain(errors));
        kept.clone()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
