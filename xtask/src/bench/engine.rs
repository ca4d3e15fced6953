//! `cargo xtask bench [photo]`: how long the engine takes, in release mode.

use crate::place::Place;
use crate::run;
use anyhow::Result;

/// What is timed when no photo is named.
const PHOTO: &str = "samples/coffee.jpg";

pub fn run(place: &Place, args: &[String]) -> Result<()> {
    let bench = ["run", "--release", "-p", "backdrop-engine", "--features"];
    let mut cargo = place.cargo(bench);
    cargo.args(["threads", "--example", "bench", "--"]).args(args);
    if args.is_empty() {
        cargo.arg(PHOTO);
    }
    run::shown(&mut cargo)
}
