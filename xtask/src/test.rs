//! `cargo xtask test`: every test, from a single function to a journey through page and relay.

use crate::description;
use crate::hd;
use crate::journeys;
use crate::leptos;
use crate::package;
use crate::page;
use crate::place::Place;
use crate::run::{self, seconds};
use crate::setup::{self, Need, browser, redis, rust, tools};
use crate::size;
use anyhow::{Context as _, Result};
use std::time::{Duration, Instant};

type Stage = (&'static str, fn(&mut Place) -> Result<()>);

/// Property tests try the same cases in each run here, so that a change fails by what it changes; with
/// another seed, or by `cargo test`, they try others.
const SEED: &str = "PROPTEST_RNG_SEED";

/// Names the file of the full network's weights.
const WEIGHTS: &str = "BACKDROP_HD";

/// What is quick and tells most comes first.
const STAGES: [Stage; 10] = [
    ("set-up", |place| setup::run(place, Need::Tests)),
    ("native tests", native),
    ("the relay's description", description::check),
    ("module tests in a browser", modules),
    ("the page", |place| page::build(place)),
    ("what is built into the relay if asked: the page, traces, Redis", built_in),
    ("the size of the first load", |place| size::run(place)),
    ("the package", |place| package::build(place)),
    ("the example for Leptos", |place| leptos::build(place)),
    ("journeys in browsers", journeys::run),
];

pub fn run(place: &mut Place) -> Result<()> {
    let start = Instant::now();
    let mut times: Vec<(&str, Duration)> = Vec::new();
    for (name, stage) in STAGES {
        println!("\n== {name} ==");
        let start = Instant::now();
        let result = stage(place).with_context(|| format!("stage `{name}` failed"));
        times.push((name, start.elapsed()));
        if result.is_err() {
            summary(&times, "failed");
            return result;
        }
    }
    summary(&times, "passed");
    println!("All tests passed in {}.", seconds(start.elapsed()));
    Ok(())
}

fn summary(times: &[(&str, Duration)], last: &str) {
    println!("\n== summary ==");
    for (index, (name, time)) in times.iter().enumerate() {
        let how = if index + 1 == times.len() { last } else { "passed" };
        println!("{how}  {:>7}  {name}", seconds(*time));
    }
}

fn native(place: &mut Place) -> Result<()> {
    let args = ["test", "--workspace", "--exclude", "backdrop-studio"];
    let mut tests = place.cargo(args);
    tests.args(["--exclude", "journeys", "--exclude", leptos::NAME]);
    if std::env::var_os(SEED).is_none() {
        tests.env(SEED, "7");
    }
    if std::env::var_os(WEIGHTS).is_none() {
        match hd::usual().ok().filter(|weights| weights.is_file()) {
            Some(weights) => _ = tests.env(WEIGHTS, weights),
            None => println!("Left out: the full network's weights, which `cargo xtask hd` makes."),
        }
    }
    run::shown(&mut tests)
}

fn built_in(place: &mut Place) -> Result<()> {
    let (mut features, mut tests) = ("page,otel", vec!["the_page_inside_the_program", "traces::"]);
    if redis::is_there() {
        features = "page,otel,redis";
        tests.extend(["many::", "::redis::"]);
        if !redis::clocks_are_there() {
            println!("Left out: workers whose clocks differ, as there is no libfaketime.");
            tests.extend(["--skip", "clocks"]);
        }
    } else {
        println!("Left out: relays that share a Redis, as there is no redis-server on the PATH.");
    }
    let args = ["test", "-p", "backdrop-relay", "--features", features, "--test", "relay", "--"];
    run::shown(place.cargo(args).args(tests))
}

/// In Firefox, and over one connection (webdriver.json): the runner's server stalls in one run of four
/// when a browser opens several at once, as Chromium does.
fn modules(place: &mut Place) -> Result<()> {
    let browser = browser::firefox(&place.cache).context("no Firefox")?;
    let studio = ["test", "-p", "backdrop-studio", "--target", rust::TARGET];
    run::shown(
        place
            .cargo(studio)
            // Not the examples in the documentation: rustdoc would start a browser for each.
            .args(["--lib", "--bins", "--tests"])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", tools::test_runner(&place.cache))
            .env("GECKODRIVER", browser.driver)
            // Seconds; the default of 20 is short for a busy machine.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120"),
    )
}
