//! The journeys through page and relay in real browsers, and once more those that fail.

use crate::place::Place;
use crate::run;
use crate::setup::{browser, languages};
use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

/// Drivers of browsers lose a session now and then. A few journeys may fail once, and are named; a
/// fault of ours fails twice.
const MAY_BE_TRIED_AGAIN: usize = 3;

pub fn run(place: &mut Place) -> Result<()> {
    let test = ["test", "-p", "journeys", "--no-fail-fast"];
    let (mut all, browsers) = in_browser(place, &test)?;
    println!("All journeys in Chromium; those of the tag in: {}.", browsers.join(", "));
    let failed = failures(&mut all)?;
    if failed.is_empty() {
        return Ok(());
    }
    println!("\nFailed: {}.", failed.join(", "));
    if failed.len() > MAY_BE_TRIED_AGAIN {
        bail!("{} journeys failed", failed.len());
    }
    println!("Once more, alone:");
    let (mut again, _) = in_browser(place, &test)?;
    run::shown(again.args(["--", "--exact"]).args(&failed))?;
    println!("These passed the second time: {}.", failed.join(", "));
    Ok(())
}

/// The names of the tests that fail, while all is shown.
///
/// # Errors
/// When one cannot be built, or a file of them dies before it has told its result.
fn failures(command: &mut Command) -> Result<Vec<String>> {
    let mut cargo = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let mut failed = Vec::new();
    let (mut begun, mut ended) = (0, 0);
    for line in BufReader::new(cargo.stdout.take().context("no output")?).lines() {
        let line = line?;
        println!("{line}");
        begun += usize::from(line.starts_with("running "));
        ended += usize::from(line.starts_with("test result: "));
        failed.extend(failure(&line).map(str::to_owned));
    }
    let status = cargo.wait()?;
    if begun != ended || (!status.success() && failed.is_empty()) {
        bail!("the journeys ended with {status}");
    }
    Ok(failed)
}

/// The test that a line of the harness says failed.
fn failure(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_read_from_its_line() {
        let line = "test chromium::the_photo_comes_back ... FAILED";
        assert_eq!(failure(line), Some("chromium::the_photo_comes_back"));
        assert_eq!(failure("test main_job ... ok"), None);
        assert_eq!(failure("test result: FAILED. 3 passed"), None);
    }
}
