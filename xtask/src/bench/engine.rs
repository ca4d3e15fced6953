//! `cargo xtask bench [photo]`: how long the engine takes, in release mode, and `bench hd [photo]`: with
//! the full network after it.

use crate::hd;
use crate::place::Place;
use crate::run;
use anyhow::{Result, ensure};
use std::process::Command;

/// What is timed when no photo is named.
const PHOTO: &str = "samples/coffee.jpg";

pub fn run(place: &Place, args: &[String]) -> Result<()> {
    let mut cargo = bench(place);
    cargo.args(args);
    if args.is_empty() {
        cargo.arg(PHOTO);
    }
    run::shown(&mut cargo)
}

/// The small network, then the full one, each in a process of its own, so that each has a memory of its
/// own to be measured.
pub fn both(place: &Place, photo: Option<&str>) -> Result<()> {
    let weights = hd::usual()?;
    ensure!(weights.is_file(), "{} is not there: `cargo xtask hd` makes it", weights.display());
    let job = [photo.unwrap_or(PHOTO), "5"];
    run::shown(bench(place).args(job))?;
    run::shown(bench(place).args(job).arg(weights))
}

fn bench(place: &Place) -> Command {
    let mut cargo = place.cargo(["run", "--release", "-p", "backdrop-engine", "--features"]);
    cargo.args(["threads", "--example", "bench", "--"]);
    cargo
}
