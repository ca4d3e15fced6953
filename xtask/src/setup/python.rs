//! What checks the relay's description, from Python's registry: schemathesis sends what the
//! description allows and forbids, and openapi-spec-validator reads it against the standard.

use super::debian;
use crate::cache::Cache;
use crate::place::{Place, on_path};
use crate::run;
use anyhow::{Result, bail};
use std::path::PathBuf;

const PACKAGES: [(&str, &str); 2] =
    [("schemathesis", "4.32.5"), ("openapi-spec-validator", "0.9.0")];

/// One of the programs.
pub fn program(cache: &Cache, name: &str) -> PathBuf {
    let bin = if cfg!(windows) { "Scripts" } else { "bin" };
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    cache.join(folder()).join(bin).join(file)
}

fn folder() -> String {
    PACKAGES.map(|(name, version)| format!("{name}-{version}")).join("-")
}

/// Returns whether anything had to be installed.
pub fn ensure(place: &Place) -> Result<bool> {
    let cache = &place.cache;
    if PACKAGES.iter().all(|(name, _)| program(cache, name).exists()) {
        return Ok(false);
    }
    if on_path("python3").is_none() {
        if !debian::is_root() {
            bail!("schemathesis is a Python program: install Python 3.10 or later with venv");
        }
        run::step("Python (packages)", || debian::install(cache, &["python3-venv"]))?;
    }
    run::step("schemathesis", || {
        // A virtual environment knows where it stands, so it is not made elsewhere and moved.
        let whole = cache.join(folder());
        crate::cache::remove(&whole)?;
        let log = cache.join("python.log");
        run::logged(place.command("python3").args(["-m", "venv"]).arg(&whole), &log)?;
        let pinned = PACKAGES.map(|(name, version)| format!("{name}=={version}"));
        let pip = program(cache, "pip");
        run::logged(place.command(pip).args(["install", "--quiet"]).args(pinned), &log)
    })?;
    Ok(true)
}
