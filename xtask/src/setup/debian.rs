//! Debian's packages, for whoever may install them.

use crate::cache::Cache;
use crate::run;
use anyhow::Result;
use std::process::Command;
use std::sync::Once;

/// Debian itself, whose packages are known, and the right to install them.
pub fn is_root() -> bool {
    std::fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
        && run::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim_ascii() == b"0")
}

pub fn install(cache: &Cache, packages: &[&str]) -> Result<()> {
    let log = cache.join("apt.log");
    static LISTS: Once = Once::new();
    LISTS.call_once(|| {
        // Stale lists may still serve, so what counts is whether the packages install.
        let _ = run::logged(Command::new("apt-get").arg("update"), &log);
    });
    run::logged(
        Command::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages),
        &log,
    )
}
