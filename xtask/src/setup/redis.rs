//! What several relays share in their tests: Debian's `redis-server`.

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
    if is_there() || !debian::is_root() {
        return Ok(false);
    }
    run::step("redis-server (package)", || debian::install(cache, &[SERVER]))?;
    Ok(true)
}
