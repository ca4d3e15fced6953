//! A person at a browser.

mod act;
mod keep;
mod see;
mod world;

use crate::console::{self, Console};
use crate::driver::Driver;
use crate::kind::Kind;
use fantoccini::Client;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Mutex;
use tempfile::TempDir;

/// A browser with a profile of its own, 1440 × 900, gone when this value is. What only Chromium can
/// do says so.
///
/// A `css` selector is looked for inside the open shadow root of the page's first
/// `<backdrop-studio>`; [`within`](Self::within) turns to another element.
pub struct Browser {
    kind: Kind,
    client: Client,
    console: Console,
    host: String,
    downloaded: Mutex<Vec<PathBuf>>,
    downloads: PathBuf,
    // Fields are dropped in this order: the driver ends before the folder goes that it writes to.
    _driver: Driver,
    folder: TempDir,
}

impl Browser {
    /// A headless Chromium.
    pub async fn start() -> Self {
        Self::start_as(Kind::Chromium).await
    }

    pub async fn start_as(kind: Kind) -> Self {
        Self::start_with(kind, &[]).await
    }

    /// With further arguments for the browser's program.
    pub async fn start_with(kind: Kind, arguments: &[&str]) -> Self {
        let folder = TempDir::with_prefix("backdrop-browser-").expect("a folder for the profile");
        let downloads = folder.path().join("downloads");
        std::fs::create_dir(&downloads).expect("a folder for downloads");
        let mut driver = Driver::start(kind);
        let profile = folder.path().join("profile");
        let client = driver.open(&profile, &downloads, arguments).await;
        let browser = Self {
            kind,
            client,
            console: Console::default(),
            host: "backdrop-studio".into(),
            downloaded: Mutex::default(),
            downloads,
            _driver: driver,
            folder,
        };
        if kind == Kind::Chromium {
            let listen = json!({ "source": console::LISTEN });
            browser.cdp("Page.addScriptToEvaluateOnNewDocument", listen).await;
        }
        // A window's size counts its frame; this is what the page sees.
        browser.viewport(1440, 900).await;
        browser
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// From here on selectors are looked for in the shadow root of the first element that matches
    /// `host`, or among its own children if it has none: `body` for a host page's own elements.
    pub fn within(&mut self, host: &str) {
        host.clone_into(&mut self.host);
    }

    /// The folder of this browser's profile; it goes with the browser.
    pub fn profile(&self) -> PathBuf {
        self.folder.path().join("profile")
    }

    pub async fn goto(&self, url: &str) {
        if let Err(error) = self.client.goto(url).await {
            panic!("cannot open {url}: {error}");
        }
    }

    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page reloads");
    }

    /// For what has no word of its own here.
    pub fn client(&self) -> &Client {
        &self.client
    }
}
