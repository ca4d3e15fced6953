//! `cargo xtask bench soak [minutes]`: a relay that forwards and one that answers by itself, under a
//! mixed load for ten minutes, and what memory they hold meanwhile.

use super::{clients, relay, tools};
use crate::children::Running;
use crate::place::Place;
use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Seconds between two looks at the memory.
const LOOK: u64 = 5;

/// How much more than in the second quarter the last may hold: what allocators vary by.
const SLACK: u64 = 16 << 20;

pub fn run(place: &Place, minutes: Option<&str>) -> Result<()> {
    let minutes: u64 = minutes.unwrap_or("10").parse().context("give a number of minutes")?;
    tools::ensure(place)?;
    let built = tools::build(place)?;
    let folder = place.target_dir()?.join("bench");
    fs::create_dir_all(&folder)?;
    let script = folder.join("mixed.lua");
    fs::write(&script, include_str!("mixed.lua"))?;

    let provider = relay::provider(place, &built, 500_000)?;
    let forwarding = relay::relay(place, &built, &provider.1, &folder.join("soak.sqlite"))?;
    let mut command = place.command(built.join("backdrop-relay"));
    command.args(["--listen", "127.0.0.1:0"]).env_remove("SEGMIND_API_KEY");
    let answering = Running::relay(&mut command)?;

    let host = |origin: &str| origin.trim_start_matches("http://").to_owned();
    let photo = fs::read(place.root.join("samples/coffee.jpg"))?;
    let photo = format!(r##"{{"image":"{}","prompt":"#ff5733"}}"##, BASE64_STANDARD.encode(&photo));
    let stop = Arc::new(AtomicBool::new(false));
    let (to, until) = (host(&forwarding.1), Arc::clone(&stop));
    let vanishing = std::thread::spawn(move || clients::vanishing(&to, &until));
    let (to, until) = (host(&answering.1), Arc::clone(&stop));
    let asking = std::thread::spawn(move || {
        clients::asking(&to, &photo, Duration::from_millis(500), &until)
    });
    let mut load = Command::new("wrk");
    load.args(["--threads", "1", "--connections", "16", "--timeout", "30s", "--script"])
        .arg(&script)
        .args(["--duration", &format!("{}s", minutes * 60), &forwarding.1]);
    let mut wrk = Running::start(load.stdout(std::process::Stdio::null()))?;

    // Others whose answers are kept.
    let under_keys = folder.join("post.lua");
    fs::write(&under_keys, include_str!("post.lua"))?;
    let mut load = Command::new("wrk");
    load.args(["--threads", "1", "--connections", "4", "--timeout", "30s", "--script"])
        .arg(&under_keys)
        .args(["--duration", &format!("{}s", minutes * 60)])
        .arg(format!("{}/v1/bria-replace-background", forwarding.1))
        .args(["--", "100000", "soak-", "20"]);
    let mut keyed = Running::start(load.stdout(std::process::Stdio::null()))?;

    let end = Instant::now() + Duration::from_secs(minutes * 60);
    let (mut forwards, mut answers) = (Vec::new(), Vec::new());
    while Instant::now() < end {
        std::thread::sleep(Duration::from_secs(LOOK));
        forwards.push(forwarding.0.memory("VmRSS")?);
        answers.push(answering.0.memory("VmRSS")?);
    }
    stop.store(true, Ordering::Relaxed);
    let (pictures, others) = asking.join().unwrap_or_default();
    let _ = vanishing.join();
    while !(wrk.has_ended()? && keyed.has_ended()?) {
        std::thread::sleep(Duration::from_millis(100));
    }

    println!("\n{minutes} minutes; the engine made {pictures} pictures and refused {others}");
    println!(
        "\n| resident MB, mean of each quarter | 1 | 2 | 3 | 4 | most |\n|---|---|---|---|---|---|"
    );
    let flat = [
        quarters("forwards", &forwards, forwarding.0.memory("VmHWM")?),
        quarters("answers", &answers, answering.0.memory("VmHWM")?),
    ];
    if others > 0 || flat.contains(&false) {
        bail!("memory grew, or a picture was refused");
    }
    Ok(())
}

/// Says the means, and whether the last is no more than the second: the first is warm-up.
fn quarters(name: &str, looks: &[u64], most: u64) -> bool {
    let size = (looks.len() / 4).max(1);
    let means: Vec<u64> = looks
        .chunks(size)
        .take(4)
        .map(|part| part.iter().sum::<u64>() / part.len() as u64)
        .collect();
    let shown: Vec<String> =
        means.iter().map(|mean| format!("{:.1}", *mean as f64 / 1e6)).collect();
    println!("| {name} | {} | {:.1} |", shown.join(" | "), most as f64 / 1e6);
    match (means.get(1), means.get(3)) {
        (Some(second), Some(last)) => *last <= second + SLACK,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_is_no_more_at_the_end_than_after_the_warm_up() {
        let mb = |all: [u64; 8]| all.map(|mb| mb << 20);
        assert!(quarters("flat", &mb([1, 50, 80, 80, 81, 80, 82, 81]), 0));
        assert!(!quarters("growing", &mb([10, 20, 30, 40, 50, 60, 70, 80]), 0));
    }
}
