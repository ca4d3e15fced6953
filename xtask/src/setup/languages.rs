//! What runs the snippets of code that the studio shows: curl with jq, and Python with `requests`.
//! Node comes with the tools, Rust with whoever runs this.

use super::debian;
use crate::cache::Cache;
use crate::place::on_path;
use crate::run;
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// A Python that has `requests`; the first on the PATH may be another than the system's.
pub fn python() -> Option<PathBuf> {
    let has = |program: &PathBuf| {
        run::output(Command::new(program).args(["-c", "import requests"])).is_ok()
    };
    let system = PathBuf::from("/usr/bin/python3");
    [on_path("python3"), on_path("python"), Some(system)].into_iter().flatten().find(has)
}

/// Returns whether anything had to be installed.
pub fn ensure(cache: &Cache) -> Result<bool> {
    let mut missing: Vec<&str> =
        ["curl", "jq"].into_iter().filter(|name| on_path(name).is_none()).collect();
    if python().is_none() {
        missing.extend(["python3", "python3-requests"]);
    }
    if missing.is_empty() {
        return Ok(false);
    }
    let names = missing.join(", ");
    if debian::is_root() {
        run::step(&format!("{names} (packages)"), || debian::install(cache, &missing))?;
        if python().is_some() {
            return Ok(true);
        }
    }
    bail!(
        "the tests run the snippets of code that the studio shows, and so need curl, jq and a \
         Python 3 with its package `requests`; missing: {names}"
    )
}
