//! One, two and three workers before a provider whose answers take a second.

use super::crowd::{Crowd, PICTURE, Plays, State};
use crate::place::Place;
use anyhow::{Result, bail};
use std::path::Path;
use std::time::{Duration, Instant};

const PHOTOS: usize = 1440;
const AT_ONCE: u32 = 32;
const DELAY: Duration = Duration::from_secs(1);
const PLAYS: Plays = Plays { delay: DELAY, picture: PICTURE };

/// The least that a second and a third worker bring.
const LEAST: [f64; 3] = [1.0, 1.8, 2.6];

pub fn run(place: &Place, built: &Path, states: &[State]) -> Result<()> {
    println!(
        "\n{PHOTOS} photos, {AT_ONCE} at once in each worker, answers after {} s\n\n\
         | state | workers | seconds | photos/s | to one worker |\n|---|---|---|---|---|",
        DELAY.as_secs()
    );
    let mut misses = Vec::new();
    for state in states {
        let mut first = None;
        for (workers, least) in (1..).zip(LEAST) {
            let mut crowd = Crowd::new(place, built, *state, PLAYS, &[])?;
            for _ in 0..workers {
                crowd.worker(place, AT_ONCE, &[])?;
            }
            let began = Instant::now();
            let url = crowd.begin(PHOTOS)?;
            let told = crowd.until(&url, |told| told["status"] == "COMPLETED")?;
            let took = began.elapsed().as_secs_f64();
            let ratio = *first.get_or_insert(took) / took;
            let name = state.name();
            println!(
                "| {name} | {workers} | {took:.1} | {:.1} | {ratio:.2} |",
                PHOTOS as f64 / took
            );
            if told["done"] != PHOTOS {
                misses.push(format!("{name}: not all were made: {told}"));
            }
            if ratio < least {
                misses.push(format!("{name}: {workers} workers are {ratio:.2} times one"));
            }
        }
    }
    if !misses.is_empty() {
        bail!("{}", misses.join("; "));
    }
    Ok(())
}
