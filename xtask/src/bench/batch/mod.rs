//! `cargo xtask bench batch`: real workers on one state, before a provider that takes its time and
//! counts what it is asked for.

mod crowd;
mod faults;
mod heavy;
mod http;
mod killed;
mod scale;

use super::tools;
use crate::place::Place;
use crate::setup::redis;
use anyhow::{Result, bail};
use crowd::State;

pub fn run(place: &Place, what: Option<&str>) -> Result<()> {
    redis::ensure(&place.cache)?;
    if !redis::is_there() {
        bail!("this bench needs redis-server on the PATH; on Debian as root it installs it");
    }
    let built = tools::build_with(place, &["--features", "backdrop-relay/redis"])?;
    let bench = match what {
        None => killed::run,
        Some("--scale") => scale::run,
        Some("--faults") => faults::run,
        Some("--heavy") => heavy::run,
        Some(other) => bail!("no such bench of batches: {other}"),
    };
    bench(place, &built, &[State::Sqlite, State::Redis])
}
