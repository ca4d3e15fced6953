//! The browsers, and what each is told before it starts.

use serde_json::{Value, json};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// All journeys run in Chromium; those that prove the tag run in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Chromium,
    Firefox,
    WebKit,
}

/// Each journey, a function of the browser's kind, once a browser, so that a report names it. Where a
/// browser is not on the machine, the report says so.
#[macro_export]
macro_rules! in_each_browser {
    ($($journey:ident),+ $(,)? $(; but_webkit: $($most:ident),+)?) => {
        $crate::in_each_browser!(@ chromium Chromium $($journey)+ $($($most)+)?);
        $crate::in_each_browser!(@ firefox Firefox $($journey)+ $($($most)+)?);
        $crate::in_each_browser!(@ webkit WebKit $($journey)+);
    };
    (@ $name:ident $kind:ident $($journey:ident)+) => {
        mod $name {
            $(#[tokio::test]
            async fn $journey() {
                if $crate::Kind::$kind.is_here() {
                    super::$journey($crate::Kind::$kind).await;
                } else {
                    println!("{:?} is not on this machine: nothing was tried in it", $crate::Kind::$kind);
                }
            })+
        }
    };
}

impl Kind {
    /// Whether `BACKDROP_BROWSERS` lists it, as `chromium,firefox`; without a list Chromium is here.
    pub fn is_here(self) -> bool {
        let name = format!("{self:?}").to_lowercase();
        let listed = std::env::var("BACKDROP_BROWSERS").unwrap_or_else(|_| "chromium".into());
        listed.split(',').any(|one| one == name)
    }

    /// The program that drives it, by the variable that names it or as it is called.
    pub(crate) fn driver(self) -> OsString {
        let (variable, name) = match self {
            Self::Chromium => ("CHROMEDRIVER", "chromedriver"),
            Self::Firefox => ("GECKODRIVER", "geckodriver"),
            Self::WebKit => ("WEBKITDRIVER", "WebKitWebDriver"),
        };
        std::env::var_os(variable).unwrap_or_else(|| name.into())
    }

    /// What is asked of a new session.
    pub(crate) fn capabilities(
        self,
        profile: &Path,
        downloads: &Path,
        arguments: &[&str],
    ) -> Value {
        let mut wanted = match self {
            Self::Chromium => json!({
                "browserName": "chrome",
                "goog:chromeOptions": chromium(profile, downloads),
                "goog:loggingPrefs": { "browser": "ALL" },
            }),
            Self::Firefox => {
                json!({ "browserName": "firefox", "moz:firefoxOptions": firefox(downloads) })
            }
            Self::WebKit => json!({ "webkitgtk:browserOptions": webkit() }),
        };
        let options = match self {
            Self::Chromium => "goog:chromeOptions",
            Self::Firefox => "moz:firefoxOptions",
            Self::WebKit => "webkitgtk:browserOptions",
        };
        if let Some(all) = wanted[options]["args"].as_array_mut() {
            all.extend(arguments.iter().map(|one| json!(one)));
        }
        wanted["timeouts"] = json!({ "pageLoad": 60_000, "script": 60_000 });
        wanted
    }
}

fn chromium(profile: &Path, downloads: &Path) -> Value {
    let mut options = json!({
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
            // A site by name that is on this machine and, to the browser, not secure.
            "--host-resolver-rules=MAP backdrop.test 127.0.0.1",
            format!("--user-data-dir={}", profile.display()),
        ],
        "prefs": {
            "download.default_directory": downloads,
            "download.prompt_for_download": false,
            "profile.default_content_setting_values.automatic_downloads": 1,
        },
    });
    name_program(&mut options, "CHROME");
    options
}

fn firefox(downloads: &Path) -> Value {
    let mut options = json!({
        "args": ["-headless", "-width", "1440", "-height", "900"],
        "prefs": {
            "app.update.auto": false,
            "datareporting.policy.dataSubmissionEnabled": false,
            // 2: the folder that is named.
            "browser.download.folderList": 2,
            "browser.download.dir": downloads,
            "browser.download.alwaysOpenPanel": false,
            "browser.helperApps.neverAsk.saveToDisk": "application/zip,image/png,image/jpeg,image/webp",
        },
    });
    name_program(&mut options, "FIREFOX");
    options
}

fn webkit() -> Value {
    // Debian's driver does not look where Debian puts the browser.
    let found = || {
        let folders = std::fs::read_dir("/usr/lib").ok()?.flatten();
        let browsers = folders.map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"));
        browsers.into_iter().find(|path| path.exists())
    };
    let program = std::env::var_os("WEBKIT").map(PathBuf::from).or_else(found);
    let program = program.unwrap_or_else(|| "MiniBrowser".into());
    json!({ "binary": program, "args": ["--automation"] })
}

fn name_program(options: &mut Value, variable: &str) {
    if let Some(program) = std::env::var_os(variable) {
        options["binary"] = program.display().to_string().into();
    }
}
