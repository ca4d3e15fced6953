//! `cargo xtask test`: every test, from a single function to a journey through page and relay.

use crate::description;
use crate::leptos;
use crate::package;
use crate::page;
use crate::place::Place;
use crate::run::{self, seconds};
use crate::setup::{self, Need, browser, languages, rust, tools};
use crate::size;
use anyhow::{Context as _, Result};
use std::process::Command;
use std::time::{Duration, Instant};

type Stage = (&'static str, fn(&mut Place) -> Result<()>);

/// What is quick and tells most comes first.
const STAGES: [Stage; 10] = [
    ("set-up", |place| setup::run(place, Need::Tests)),
    ("native tests", native),
    ("the relay's description", description::check),
    ("module tests in a browser", modules),
    ("the page", |place| page::build(place)),
    ("what is built into the relay if asked: the page, traces", built_in),
    ("the size of the first load", |place| size::run(place)),
    ("the package", |place| package::build(place)),
    ("the example for Leptos", |place| leptos::build(place)),
    ("journeys in browsers", journeys),
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
    run::shown(place.cargo(args).args(["--exclude", "journeys", "--exclude", leptos::NAME]))
}

fn built_in(place: &mut Place) -> Result<()> {
    let args = ["test", "-p", "backdrop-relay", "--features", "page,otel", "--test", "relay", "--"];
    run::shown(place.cargo(args).args(["the_page_inside_the_program", "traces::"]))
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

fn journeys(place: &mut Place) -> Result<()> {
    let (mut journeys, browsers) =
        in_browser(place, &["test", "-p", "journeys", "--no-fail-fast"])?;
    println!("All journeys in Chromium; those of the tag in: {}.", browsers.join(", "));
    run::shown(&mut journeys)
}

/// A command of cargo that drives the browsers through the built page, and their names.
pub fn in_browser(place: &Place, args: &[&str]) -> Result<(Command, Vec<&'static str>)> {
    run::shown(&mut place.cargo(["build", "-p", "backdrop-relay"]))?;
    let relay = format!("backdrop-relay{}", std::env::consts::EXE_SUFFIX);
    let mut command = place.cargo(args.iter().copied());
    command
        .env("BACKDROP_RELAY", place.target_dir()?.join("debug").join(relay))
        .env("BACKDROP_SITE", place.dist())
        .env("BACKDROP_PACKAGE", place.target_dir()?.join("package"))
        .envs(languages::python().map(|python| ("PYTHON", python)));
    let browsers = browser::tell(&place.cache, &mut command);
    Ok((command, browsers))
}
