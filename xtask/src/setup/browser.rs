//! The browsers that the tests run in, and their drivers.

use super::{debian, tools};
use crate::cache::Cache;
use crate::place::{Place, on_path};
use crate::run;
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// A browser and what drives it.
pub struct Driven {
    pub program: PathBuf,
    pub driver: PathBuf,
}

const NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const ON_A_MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// `CHROME` and `CHROMEDRIVER` name them; else they are looked for on the PATH.
pub fn chromium() -> Option<Driven> {
    Some(Driven {
        program: named("CHROME")
            .or_else(|| NAMES.iter().find_map(|name| on_path(name)))
            .or_else(|| Some(PathBuf::from(ON_A_MAC)).filter(|path| path.exists()))?,
        driver: named("CHROMEDRIVER").or_else(|| on_path("chromedriver"))?,
    })
}

/// `FIREFOX` and `GECKODRIVER` name them; else the browser is looked for on the PATH, and its driver
/// among the tools that set-up built.
pub fn firefox(cache: &Cache) -> Option<Driven> {
    Some(Driven {
        program: firefox_itself()?,
        driver: named("GECKODRIVER").or_else(|| tools::geckodriver(cache))?,
    })
}

fn firefox_itself() -> Option<PathBuf> {
    named("FIREFOX").or_else(|| on_path("firefox-esr")).or_else(|| on_path("firefox"))
}

/// Every browser that is here, as the journeys want to be told.
pub fn tell(cache: &Cache, journeys: &mut Command) -> Vec<&'static str> {
    let mut names = Vec::new();
    if let Some(found) = chromium() {
        journeys.env("CHROME", found.program).env("CHROMEDRIVER", found.driver);
        names.push("chromium");
    }
    if let Some(found) = firefox(cache) {
        journeys.env("FIREFOX", found.program).env("GECKODRIVER", found.driver);
        names.push("firefox");
    }
    if has_webkit() {
        names.push("webkit");
    }
    journeys.env("BACKDROP_BROWSERS", names.join(","));
    names
}

/// WebKitGTK shows itself only on a screen, so a virtual one belongs to it.
fn has_webkit() -> bool {
    on_path("WebKitWebDriver").is_some() && on_path("Xvfb").is_some()
}

/// Returns whether anything had to be installed. Chromium and Firefox are a must: WebKit proves the
/// tag where it can be had.
pub fn ensure(place: &Place) -> Result<bool> {
    let mut installed = false;
    if debian::is_root() {
        for (is_there, what, packages) in [
            (chromium().is_some(), "Chromium", &["chromium", "chromium-driver"][..]),
            (firefox_itself().is_some(), "Firefox", &["firefox-esr"][..]),
            (has_webkit(), "WebKit", &["webkit2gtk-driver", "xvfb"][..]),
        ] {
            if !is_there {
                run::step(&format!("{what} (packages)"), || {
                    debian::install(&place.cache, packages)
                })?;
                installed = true;
            }
        }
    }
    if chromium().is_none() {
        bail!(
            "the tests need Chromium (or Chrome) and the chromedriver of the same version: \
             put them on the PATH, or name them by CHROME and CHROMEDRIVER"
        );
    }
    if firefox_itself().is_none() {
        bail!("the tests need Firefox: put it on the PATH, or name it by FIREFOX");
    }
    installed |= tools::ensure_geckodriver(place)?;
    Ok(installed)
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}
