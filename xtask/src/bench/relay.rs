//! `cargo xtask bench relay`: the relay beside nginx, forwarding to the same playing provider.
//!
//! Turns alternate and medians are compared, so that what else the machine does falls on both.

use super::tools::{self, Measured};
use crate::children::Running;
use crate::place::Place;
use anyhow::{Result, bail};
use std::fs;
use std::path::Path;
use std::time::Duration;

const ROUNDS: usize = 5;
const SECONDS: u64 = 4;

/// Resident bytes with 64 uploads at once.
const MOST_MEMORY: u64 = 256 << 20;

struct Load {
    name: &'static str,
    /// Bytes of a request's body, and of the picture that comes back.
    size: usize,
    picture: usize,
    connections: usize,
    /// The least part of nginx's requests a second.
    least: f64,
}

const LOADS: [Load; 2] = [
    Load { name: "100 kB", size: 100_000, picture: 100_000, connections: 32, least: 0.8 },
    Load { name: "12 MB", size: 12_000_000, picture: 1_000_000, connections: 8, least: 0.9 },
];

pub fn run(place: &Place) -> Result<()> {
    tools::ensure(place)?;
    let built = tools::build(place)?;
    let folder = place.target_dir()?.join("bench");
    fs::create_dir_all(&folder)?;
    let script = folder.join("post.lua");
    fs::write(&script, include_str!("post.lua"))?;

    let mut misses = Vec::new();
    println!(
        "\n| bodies | | requests/s | MB/s | to nginx | p50 ms | p99 ms | to nginx | processor ms |\n|---|---|---|---|---|---|---|---|---|"
    );
    for load in &LOADS {
        let provider = provider(place, &built, load.picture)?;
        let relay = relay(place, &built, &provider.1, &folder.join("plain.sqlite"))?;
        let plain = nginx(&folder.join("plain"), &provider.1, "")?;
        let large = nginx(&folder.join("large"), &provider.1, tools::LARGE_BUFFERS)?;
        let [mut theirs, mut best, mut ours, mut noted] = [const { Vec::new() }; 4];
        for round in 0..ROUNDS {
            let of = |proxy: &(Running, String), key: &str| {
                let args = [load.size.to_string(), key.to_owned()];
                let before = proxy.0.processor_time()?;
                let load = tools::wrk(&script, &proxy.1, load.connections, SECONDS, &args)?;
                let took = proxy.0.processor_time()?.saturating_sub(before);
                let a_second = took.as_secs_f64() / SECONDS as f64;
                Ok::<_, anyhow::Error>((load, a_second / load.requests_a_second * 1e3))
            };
            theirs.push(of(&plain, "")?);
            best.push(of(&large, "")?);
            ours.push(of(&relay, "")?);
            noted.push(of(&relay, &format!("round-{round}-"))?);
        }
        let theirs = median(&theirs);
        say(load, "nginx", theirs, None);
        say(load, "nginx, large buffers", median(&best), Some(theirs));
        let ours = median(&ours);
        say(load, "**relay**", ours, Some(theirs));
        say(load, "relay, each request under a key", median(&noted), Some(theirs));
        let (part, slower) = compared(ours.0, theirs.0);
        if part < load.least {
            misses.push(format!("{}: {part:.2} of nginx's requests a second", load.name));
        }
        if slower > 2.0 {
            misses.push(format!("{}: p99 {slower:.2} times nginx's", load.name));
        }
    }

    let large = &LOADS[1];
    let provider = provider(place, &built, large.picture)?;
    let relay = relay(place, &built, &provider.1, &folder.join("large.sqlite"))?;
    let args = [large.size.to_string(), "memory-".to_owned()];
    tools::wrk(&script, &relay.1, 64, 2 * SECONDS, &args)?;
    let memory = relay.0.memory("VmHWM")?;
    println!(
        "\n64 uploads of 12 MB at once, each under a key: at most {} MB resident",
        memory / 1_000_000
    );
    if memory >= MOST_MEMORY {
        misses.push(format!("{memory} bytes resident with 64 uploads"));
    }
    if !misses.is_empty() {
        bail!("the relay is behind: {}", misses.join("; "));
    }
    Ok(())
}

/// A provider that answers at once with so many bytes.
pub fn provider(place: &Place, built: &Path, picture: usize) -> Result<(Running, String)> {
    let mut play = place.command(built.join("play"));
    Running::provider(play.args(["--lean", &picture.to_string()]))
}

/// A relay that forwards there, at its usual level of logging, with a new journal.
pub fn relay(
    place: &Place,
    built: &Path,
    upstream: &str,
    journal: &Path,
) -> Result<(Running, String)> {
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", journal.display()));
    }
    let mut relay = place.command(built.join("backdrop-relay"));
    relay.args(["--listen", "127.0.0.1:0", "--upstream", upstream]);
    relay.args(["--keep-bytes", "256MiB", "--journal"]).arg(journal);
    Running::relay(relay.env("SEGMIND_API_KEY", "SG_bench").env_remove("RUST_LOG"))
}

fn nginx(folder: &Path, upstream: &str, more: &str) -> Result<(Running, String)> {
    fs::create_dir_all(folder)?;
    // nginx takes no free port by itself.
    let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let upstream = upstream.trim_start_matches("http://");
    let mut running = Running::start(&mut tools::nginx(folder, &free, upstream, more)?)?;
    for _ in 0..100 {
        if std::net::TcpStream::connect(&free).is_ok() {
            return Ok((running, format!("http://{free}")));
        }
        if running.has_ended()? {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("nginx does not start; see {}", folder.join("error.log").display())
}

/// Which part of the requests a second, and how many times the p99.
fn compared(ours: Measured, theirs: Measured) -> (f64, f64) {
    (ours.requests_a_second / theirs.requests_a_second, ours.p99 / theirs.p99)
}

/// What was measured, and the proxy's own processor time for a request, in milliseconds: what
/// sends and what answers share the processor with it.
type Round = (Measured, f64);

/// Each number's own median.
fn median(all: &[Round]) -> Round {
    let of = |number: fn(&Round) -> f64| {
        let mut numbers: Vec<f64> = all.iter().map(number).collect();
        numbers.sort_by(f64::total_cmp);
        numbers[numbers.len() / 2]
    };
    let measured = Measured {
        requests_a_second: of(|(one, _)| one.requests_a_second),
        p50: of(|(one, _)| one.p50),
        p99: of(|(one, _)| one.p99),
    };
    (measured, of(|(_, processor)| *processor))
}

fn say(load: &Load, who: &str, (measured, processor): Round, beside: Option<Round>) {
    let Measured { requests_a_second, p50, p99 } = measured;
    let megabytes = requests_a_second * load.size as f64 / 1e6;
    let name = load.name;
    let (part, slower) = beside.map_or((1.0, 1.0), |(theirs, _)| compared(measured, theirs));
    println!(
        "| {name} | {who} | {requests_a_second:.0} | {megabytes:.0} | {part:.2} | {p50:.1} | \
         {p99:.1} | {slower:.2} | {processor:.2} |"
    );
}
