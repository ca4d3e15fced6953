//! What is left behind: screenshots, downloads, complaints.

use super::Browser;
use crate::kind::Kind;
use crate::{DEADLINE, files, place};
use base64::Engine as _;
use serde_json::json;
use std::path::PathBuf;

impl Browser {
    /// The whole page, beyond the viewport too, as `target/screens/<name>.png`; elsewhere than in
    /// Chromium what the window shows, with the browser's name.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        if self.kind != Kind::Chromium {
            let shot = self.client.screenshot().await.expect("a screenshot");
            return keep(&format!("{name}-{:?}", self.kind).to_lowercase(), &shot);
        }
        let size = self.cdp("Page.getLayoutMetrics", json!({})).await["cssContentSize"].clone();
        let clip = json!({
            "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1,
        });
        let wanted = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let shot = self.cdp("Page.captureScreenshot", wanted).await;
        let shot = shot["data"].as_str().expect("a picture");
        let shot = base64::prelude::BASE64_STANDARD.decode(shot).expect("base64");
        keep(name, &shot)
    }

    /// All finished downloads, sorted by name.
    pub fn downloads(&self) -> Vec<PathBuf> {
        files::list(&self.downloads)
    }

    /// Waits for the next download that this has not returned before.
    pub async fn next_download(&self) -> PathBuf {
        let known = self.downloaded.lock().unwrap().clone();
        let new = files::wait_for_new(&self.downloads, &known, DEADLINE).await;
        self.downloaded.lock().unwrap().push(new.clone());
        new
    }

    /// Errors on the console and breaches of the Content-Security-Policy, since the start. Breaches
    /// of a page that has been left count only as far as the console tells of them.
    pub async fn complaints(&self) -> Vec<String> {
        self.console.complaints(&self.client, self.kind).await
    }

    /// Fails if anything was complained of.
    pub async fn assert_quiet(&self) {
        self.assert_quiet_but_for(&[]).await;
    }

    /// As [`assert_quiet`](Self::assert_quiet), but for complaints that hold one of these texts: a
    /// status that a test provokes (`status of 401`) is logged by the browser itself.
    pub async fn assert_quiet_but_for(&self, expected: &[&str]) {
        let mut complaints = self.complaints().await;
        complaints.retain(|line| !expected.iter().any(|text| line.contains(text)));
        assert!(complaints.is_empty(), "the page complained:\n{}", complaints.join("\n"));
    }
}

fn keep(name: &str, shot: &[u8]) -> PathBuf {
    let path = place::screens().join(format!("{name}.png"));
    std::fs::write(&path, shot).expect("a screenshot on disk");
    path
}
