//! `cargo xtask fuzz`: what comes from others, as wild as it gets.

use crate::place::Place;
use crate::run;
use crate::setup::tools;
use anyhow::{Context as _, Result, ensure};
use std::fs;

/// The names of the targets, as in `fuzz/targets/`.
const TARGETS: [&str; 8] =
    ["reply", "format", "request", "snippet", "weights", "head", "picture", "compose"];

/// How long each is run where nothing else is said, in seconds.
const SECONDS: &str = "300";

pub fn run(place: &Place, args: &[String]) -> Result<()> {
    let seconds = args.first().map_or(SECONDS, String::as_str);
    let _: u32 = seconds.parse().context("the time for each target, in seconds")?;
    let only = args.get(1);
    let chosen = TARGETS.into_iter().filter(|name| only.is_none_or(|only| only == name));
    let chosen: Vec<_> = chosen.collect();
    ensure!(!chosen.is_empty(), "the targets are {}", TARGETS.join(", "));
    tools::ensure_fuzzer(place)?;
    let target = place.target_dir()?.join("fuzz");
    for name in chosen {
        // What it finds on the way stays beside what is built; only seeds are in the repository.
        let corpus = target.join("corpus").join(name);
        fs::create_dir_all(&corpus)?;
        let mut cargo = place.cargo(["+nightly", "fuzz", "run", "--target-dir"]);
        cargo.arg(&target).arg(name).arg(corpus).arg(format!("fuzz/seeds/{name}"));
        cargo.arg("--").arg(format!("-max_total_time={seconds}")).args(["-timeout=10"]);
        run::shown(&mut cargo)?;
    }
    Ok(())
}
