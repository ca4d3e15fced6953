//! The browser that the tests run in, and its driver.

use super::debian;
use crate::cache::Cache;
use crate::place::on_path;
use crate::run;
use anyhow::{Result, bail};
use std::path::PathBuf;

pub struct Browser {
    pub chromium: PathBuf,
    pub driver: PathBuf,
}

const NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const ON_A_MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// `CHROME` and `CHROMEDRIVER` name them; else they are looked for on the PATH.
pub fn find() -> Option<Browser> {
    Some(Browser {
        chromium: named("CHROME")
            .or_else(|| NAMES.iter().find_map(|name| on_path(name)))
            .or_else(|| Some(PathBuf::from(ON_A_MAC)).filter(|path| path.exists()))?,
        driver: named("CHROMEDRIVER").or_else(|| on_path("chromedriver"))?,
    })
}

/// Returns whether anything had to be installed.
pub fn ensure(cache: &Cache) -> Result<bool> {
    if find().is_some() {
        return Ok(false);
    }
    if debian::is_root() {
        run::step("Chromium and its driver (packages)", || {
            debian::install(cache, &["chromium", "chromium-driver"])
        })?;
        if find().is_some() {
            return Ok(true);
        }
    }
    bail!(
        "the tests need Chromium (or Chrome) and the chromedriver of the same version: \
         put them on the PATH, or name them by CHROME and CHROMEDRIVER"
    )
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}
