//! Pictures of the size that real ones have: what they cost of the machine, for a plan.

use super::crowd::{Crowd, Plays, State};
use super::http;
use crate::children::Running;
use crate::place::Place;
use anyhow::{Result, bail};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const PHOTOS: usize = 600;
const WORKERS: usize = 3;
const AT_ONCE: u32 = 32;
const PLAYS: Plays = Plays { delay: Duration::from_secs(1), picture: 1_200_000 };

pub fn run(place: &Place, built: &Path, states: &[State]) -> Result<()> {
    println!(
        "\n{PHOTOS} photos, {WORKERS} workers with {AT_ONCE} at once each, answers of {} bytes \
         after {} s; then all of them as one zip\n\n\
         | state | photos/s | worker, ms | relay, ms for one in the zip | state, ms | a worker, MB | \
         the relay, MB | the state, MB | its files, MB |\n|---|---|---|---|---|---|---|---|---|",
        PLAYS.picture,
        PLAYS.delay.as_secs()
    );
    for state in states {
        one(place, built, *state)?;
    }
    Ok(())
}

fn one(place: &Place, built: &Path, state: State) -> Result<()> {
    let mut crowd = Crowd::new(place, built, state, PLAYS, &[])?;
    for _ in 0..WORKERS {
        crowd.worker(place, AT_ONCE, &[])?;
    }
    let began = Instant::now();
    let url = crowd.begin(PHOTOS)?;
    let told = crowd.until(&url, |told| told["status"] == "COMPLETED")?;
    let rate = PHOTOS as f64 / began.elapsed().as_secs_f64();
    if told["done"] != PHOTOS {
        bail!("not all were made: {told}");
    }
    let each = |time: Duration| time.as_secs_f64() * 1e3 / PHOTOS as f64;
    let mut worked = Duration::ZERO;
    let mut memory = 0;
    for (worker, _) in &crowd.workers {
        worked += worker.processor_time()?;
        memory = memory.max(worker.memory("VmHWM")?);
    }
    let before = crowd.relay.0.processor_time()?;
    let (status, zip) = http::send(&crowd.relay.1, "GET", &format!("{url}/results.zip"), "")?;
    if status != 200 || zip.len() < PHOTOS * PLAYS.picture {
        bail!("the zip has {} bytes", zip.len());
    }
    let collected = crowd.relay.0.processor_time()?.saturating_sub(before);
    let of_redis = |number: fn(&Running) -> Result<f64>| match &crowd.redis {
        Some(redis) => number(redis).map(|number| format!("{number:.1}")),
        None => Ok("–".to_owned()),
    };
    println!(
        "| {} | {rate:.0} | {:.1} | {:.1} | {} | {:.0} | {:.0} | {} | {:.0} |",
        state.name(),
        each(worked),
        each(collected),
        of_redis(|redis| Ok(redis.processor_time()?.as_secs_f64() * 1e3 / PHOTOS as f64))?,
        memory as f64 / 1e6,
        crowd.relay.0.memory("VmHWM")? as f64 / 1e6,
        of_redis(|redis| Ok(redis.memory("VmRSS")? as f64 / 1e6))?,
        size(&crowd.folder)? as f64 / 1e6
    );
    Ok(())
}

/// Bytes of all files in a folder.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { size(&entry.path())? } else { about.len() };
    }
    Ok(bytes)
}
