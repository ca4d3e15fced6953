//! Ten thousand photos through three workers, one of which is killed half-way.

use super::crowd::{self, Crowd, PICTURE, Plays, State};
use super::http;
use crate::place::Place;
use anyhow::{Result, bail};
use std::io::Cursor;
use std::path::Path;
use std::time::{Duration, Instant};

const PHOTOS: usize = 10_000;
const WORKERS: usize = 3;
const AT_ONCE: u32 = 32;
const DELAY: Duration = Duration::from_millis(500);
const PLAYS: Plays = Plays { delay: DELAY, picture: PICTURE };

pub fn run(place: &Place, built: &Path, states: &[State]) -> Result<()> {
    println!(
        "\n{PHOTOS} photos, {WORKERS} workers with {AT_ONCE} at once each, answers of {PICTURE} \
         bytes after {} ms; one worker killed half-way\n",
        DELAY.as_millis()
    );
    let mut misses = Vec::new();
    for state in states {
        misses.extend(one(place, built, *state)?);
    }
    if !misses.is_empty() {
        bail!("{}", misses.join("; "));
    }
    Ok(())
}

fn one(place: &Place, built: &Path, state: State) -> Result<Vec<String>> {
    let mut crowd = Crowd::new(place, built, state, PLAYS, &[])?;
    for _ in 0..WORKERS {
        crowd.worker(place, AT_ONCE, &[])?;
    }
    let began = Instant::now();
    let url = crowd.begin(PHOTOS)?;
    let handed_over = began.elapsed();
    let half = PHOTOS as u64 / 2;
    let told = crowd.until(&url, |told| told["done"].as_u64() >= Some(half))?;
    let before = told["done"].as_f64().unwrap_or_default() / began.elapsed().as_secs_f64();
    crowd.workers[0].0.kill()?;
    let killed = Instant::now();
    // What was asked for and has no end yet: some of it was the dead worker's.
    let asked = crowd.asked()?;
    let under_way: Vec<usize> = crowd
        .ends(&url)?
        .iter()
        .enumerate()
        .filter(|(number, end)| {
            *end == "PROCESSING" && asked.contains_key(&crowd::address(*number))
        })
        .map(|(number, _)| number)
        .collect();
    crowd::until("what was under way has an end", || {
        let ends = crowd.ends(&url)?;
        let all = under_way.iter().all(|number| ends[*number] != "PROCESSING");
        Ok(all.then_some(()))
    })?;
    let settled = killed.elapsed();
    let told = crowd.until(&url, |told| told["status"] == "COMPLETED")?;
    let took = began.elapsed().as_secs_f64();
    let taken_over =
        crowd.workers.iter().filter_map(|(_, log)| log.first("took over", killed)).min();
    let taken_over = taken_over.map(|at| at.duration_since(killed).as_secs_f64());

    let (ends, asked) = (crowd.ends(&url)?, crowd.asked()?);
    let count = |end: &str| ends.iter().filter(|one| *one == end).count();
    let (done, uncertain) = (count("COMPLETED"), count("UNCERTAIN"));
    let twice = crowd::twice(&asked);
    let lost = PHOTOS - done - uncertain;
    println!("**{}**", state.name());
    println!(
        "- handed over in {:.2} s; {before:.0} photos/s until the kill",
        handed_over.as_secs_f64()
    );
    println!("- all ended after {took:.1} s, {:.0} photos/s in all", PHOTOS as f64 / took);
    println!(
        "- first photos of the dead worker taken over after {} s; the last of what was under way \
         had its end after {:.1} s",
        taken_over.map_or_else(|| "–".to_owned(), |at| format!("{at:.1}")),
        settled.as_secs_f64()
    );
    println!("- done {done}, uncertain {uncertain}, lost {lost}, asked for twice {twice}");
    cost(&crowd)?;

    let mut misses = Vec::new();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            misses.push(format!("{}: {what}", state.name()));
        }
    };
    must(ends.len() == PHOTOS && told["total"] == PHOTOS, "a photo has no item");
    must(told["done"] == done && told["uncertain"] == uncertain, "it counts differently");
    must(lost == 0, "photos were lost");
    must(twice == 0, "photos were paid twice");
    must(uncertain <= AT_ONCE as usize, "more is uncertain than was under way");
    must(taken_over.is_some(), "nothing was taken over");

    // What a person decides: these may be paid twice.
    for (number, _) in ends.iter().enumerate().filter(|(_, end)| *end == "UNCERTAIN") {
        http::json(&crowd.relay.1, "POST", &format!("{url}/items/{number}/again"), "")?;
    }
    let told = crowd.until(&url, |told| told["status"] == "COMPLETED")?;
    let (status, zip) = http::send(&crowd.relay.1, "GET", &format!("{url}/results.zip"), "")?;
    let zip = zip::ZipArchive::new(Cursor::new(zip))?;
    println!(
        "- the uncertain ones sent again by hand: done {}; pictures in the zip {}\n",
        told["done"],
        zip.len()
    );
    must(told["done"] == PHOTOS && status == 200 && zip.len() == PHOTOS, "not all were collected");
    Ok(misses)
}

/// What a photo costs of the machine, for a plan.
fn cost(crowd: &Crowd) -> Result<()> {
    let mut processor = Duration::ZERO;
    let mut memory = 0;
    for (worker, _) in &crowd.workers[1..] {
        processor += worker.processor_time()?;
        memory = memory.max(worker.memory("VmHWM")?);
    }
    // The two that live have made about two thirds before the kill, and all after it.
    let photos = PHOTOS as f64 * 5.0 / 6.0;
    println!(
        "- a worker: {:.2} ms of a processor for a photo, at most {:.0} MB resident",
        processor.as_secs_f64() * 1e3 / photos,
        memory as f64 / 1e6
    );
    if let Some(redis) = &crowd.redis {
        println!(
            "- redis-server: {:.2} ms of a processor for a photo, {:.0} MB resident with {:.0} MB \
             of pictures in it",
            redis.processor_time()?.as_secs_f64() * 1e3 / PHOTOS as f64,
            redis.memory("VmRSS")? as f64 / 1e6,
            (PHOTOS * PICTURE) as f64 / 1e6
        );
    }
    Ok(())
}
