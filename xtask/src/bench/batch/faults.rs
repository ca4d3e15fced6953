//! What lasts too long for a test: the store cut off for half a minute, and a provider that answers
//! 429 for a whole one. The day's budget is less than the batch, and must be spent exactly.

use super::crowd::{self, Crowd, PICTURE, Plays, State};
use super::http;
use crate::place::Place;
use anyhow::{Result, bail};
use std::path::Path;
use std::time::{Duration, Instant};

const PHOTOS: u64 = 3000;
const BUDGET: u64 = 2000;
const WORKERS: usize = 3;
const AT_ONCE: u32 = 16;
const DELAY: Duration = Duration::from_millis(200);
const PLAYS: Plays = Plays { delay: DELAY, picture: PICTURE };
const CUT_OFF: Duration = Duration::from_secs(30);
const BUSY: u64 = 60;

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    StoreCutOff,
    ProviderBusy,
}

pub fn run(place: &Place, built: &Path, states: &[State]) -> Result<()> {
    println!(
        "\n{PHOTOS} photos with a budget of {BUDGET} calls a day, {WORKERS} workers with {AT_ONCE} \
         at once each, answers after {} ms\n\n\
         | state | fault | seconds until the budget is spent | made | uncertain | waiting | lost | \
         paid | paid twice | refused with 429 |\n|---|---|---|---|---|---|---|---|---|---|",
        DELAY.as_millis()
    );
    let mut misses = Vec::new();
    for state in states {
        for fault in [Fault::ProviderBusy, Fault::StoreCutOff] {
            // A file is not cut off.
            if fault == Fault::ProviderBusy || *state == State::Redis {
                misses.extend(one(place, built, *state, fault)?);
            }
        }
    }
    if !misses.is_empty() {
        bail!("{}", misses.join("; "));
    }
    Ok(())
}

fn one(place: &Place, built: &Path, state: State, fault: Fault) -> Result<Option<String>> {
    let budget = BUDGET.to_string();
    let flags = ["--calls-per-day", &budget];
    let mut crowd = Crowd::new(place, built, state, PLAYS, &flags)?;
    for _ in 0..WORKERS {
        crowd.worker(place, AT_ONCE, &flags)?;
    }
    let began = Instant::now();
    let url = crowd.begin(PHOTOS as usize)?;
    crowd.until(&url, |told| told["done"].as_u64() >= Some(BUDGET / 4))?;
    let name = match (fault, &crowd.redis) {
        (Fault::StoreCutOff, Some(redis)) => {
            redis.signal("STOP")?;
            std::thread::sleep(CUT_OFF);
            redis.signal("CONT")?;
            "the store cut off for 30 s"
        }
        _ => {
            http::send(&crowd.provider.1, "PUT", &format!("/busy/{BUSY}"), "")?;
            "429 for a minute"
        }
    };
    let number = |told: &serde_json::Value, of: &str| told[of].as_u64().unwrap_or_default();
    let ended = |told: &serde_json::Value| number(told, "done") + number(told, "uncertain");
    crowd.until(&url, |told| ended(told) >= BUDGET)?;
    let took = began.elapsed().as_secs_f64();
    // Nothing more comes.
    std::thread::sleep(Duration::from_secs(10));
    let told = crowd.until(&url, |_| true)?;
    let asked = crowd.asked()?;
    let paid: u64 = asked.values().map(|(paid, _)| u64::from(*paid)).sum();
    let refused: u64 = asked.values().map(|(_, refused)| u64::from(*refused)).sum();
    let twice = crowd::twice(&asked);
    let (done, uncertain) = (number(&told, "done"), number(&told, "uncertain"));
    let waiting = number(&told, "waiting");
    let lost = PHOTOS.abs_diff(done + uncertain + waiting);
    println!(
        "| {} | {name} | {took:.0} | {done} | {uncertain} | {waiting} | {lost} | {paid} | {twice} \
         | {refused} |",
        state.name()
    );
    let holds = paid == BUDGET && done == BUDGET && uncertain == 0 && twice == 0 && lost == 0;
    Ok((!holds).then(|| format!("{}, {name}: it does not hold", state.name())))
}
