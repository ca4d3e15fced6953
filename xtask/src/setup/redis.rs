//! What several relays share in their tests: Debian's `redis-server`; and `libfaketime`, by which
//! their clocks differ.

use super::debian;
use crate::cache::Cache;
use crate::place::on_path;
use crate::run;
use anyhow::Result;

const SERVER: &str = "redis-server";

/// Whether it is here; without it those tests are left out, and that is said.
pub fn is_there() -> bool {
    on_path(SERVER).is_some()
}

/// Returns whether it had to be installed.
pub fn ensure(cache: &Cache) -> Result<bool> {
    if (is_there() && clocks_are_there()) || !debian::is_root() {
        return Ok(false);
    }
    run::step("redis-server and libfaketime (packages)", || {
        debian::install(cache, &[SERVER, "libfaketime"])
    })?;
    Ok(true)
}

/// Whether a process can be given another clock.
pub fn clocks_are_there() -> bool {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    folders.into_iter().any(|folder| folder.path().join("faketime/libfaketimeMT.so.1").is_file())
}
