//! One chromedriver and the Chromium it starts; neither outlives this value.

use crate::log_lines::LogLines;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Driver {
    process: Child,
    /// Known once a session has begun.
    chromium: Option<process::Pid>,
    url: String,
}

impl Driver {
    pub fn start() -> Self {
        let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "cannot start {}: {error}; `cargo xtask setup` installs it",
                    program.display()
                )
            });
        let log = LogLines::read(process.stdout.take().expect("its output is piped"));
        let mut driver = Self { process, chromium: None, url: String::new() };
        let port = log
            .wait_for("started successfully on port ", Duration::from_secs(30))
            .unwrap_or_else(|said| panic!("chromedriver did not start; it said:\n{said}"));
        driver.url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        driver
    }

    /// Opens a browser with its own profile, which saves what it is given into `downloads`.
    pub async fn open(&mut self, profile: &Path, downloads: &Path) -> Client {
        let mut chrome = json!({
            "args": [
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--force-device-scale-factor=1",
                "--window-size=1440,900",
                "--lang=en-GB",
                format!("--user-data-dir={}", profile.display()),
            ],
            "prefs": {
                "download.default_directory": downloads,
                "download.prompt_for_download": false,
                "profile.default_content_setting_values.automatic_downloads": 1,
            },
        });
        if let Some(program) = std::env::var_os("CHROME") {
            chrome["binary"] = program.display().to_string().into();
        }
        let Value::Object(wanted) = json!({
            "browserName": "chrome",
            "goog:chromeOptions": chrome,
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "pageLoad": 60_000, "script": 60_000 },
        }) else {
            unreachable!("it is written as an object")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&self.url)
            .await
            .expect("a browser session");
        self.chromium = client
            .capabilities()
            .and_then(|got| got.get("goog:processID")?.as_i64())
            .and_then(|id| process::Pid::from_raw(i32::try_from(id).ok()?));
        assert!(self.chromium.is_some(), "chromedriver names no process to end later");
        client
    }
}

/// Also one that has ended and that its parent, the driver, has not taken note of yet.
fn has_ended(id: process::Pid) -> bool {
    // Where there is no such folder, only the first is known.
    let status = std::fs::read_to_string(format!("/proc/{}/stat", id.as_raw_nonzero()));
    let state = status.ok().and_then(|status| status.rsplit(") ").next()?.chars().next());
    process::test_kill_process(id).is_err() || state == Some('Z')
}

impl Drop for Driver {
    /// Also while a test panics. Chromium first, and politely, so that it takes its children with
    /// it; it would outlive a driver that is killed.
    fn drop(&mut self) {
        if let Some(chromium) = self.chromium {
            let _ = process::kill_process(chromium, process::Signal::TERM);
            let end = Instant::now() + Duration::from_secs(3);
            while !has_ended(chromium) && Instant::now() < end {
                std::thread::sleep(Duration::from_millis(10));
            }
            let _ = process::kill_process(chromium, process::Signal::KILL);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
