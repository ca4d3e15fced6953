//! A state, a relay, workers and a provider that counts.

use super::http;
use crate::children::{Log, Running};
use crate::place::Place;
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Bytes of a small picture, so that what is measured is the way and not the weight.
pub const PICTURE: usize = 20_000;

/// How long is waited for anything before the bench fails.
const DEADLINE: Duration = Duration::from_secs(600);

/// What the provider plays.
#[derive(Clone, Copy)]
pub struct Plays {
    pub delay: Duration,
    /// Bytes of each picture.
    pub picture: usize,
}

/// Where the state is.
#[derive(Clone, Copy, PartialEq)]
pub enum State {
    Sqlite,
    Redis,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Redis => "Redis",
        }
    }
}

pub struct Crowd {
    pub relay: (Running, String),
    pub workers: Vec<(Running, Log)>,
    pub provider: (Running, String),
    /// The server of the state, if it has one.
    pub redis: Option<Running>,
    /// Where the state's files are.
    pub folder: PathBuf,
    /// For `--state`.
    state: String,
    built: PathBuf,
}

/// How each photo ended: `PROCESSING`, `COMPLETED`, `FAILED`, `UNCERTAIN`.
pub type Ends = Vec<String>;

impl Crowd {
    /// All but the workers, with a new state.
    pub fn new(
        place: &Place,
        built: &Path,
        state: State,
        plays: Plays,
        flags: &[&str],
    ) -> Result<Self> {
        let folder = place.target_dir()?.join("bench/batch");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let (redis, address) = match state {
            State::Sqlite => (None, format!("sqlite:{}", folder.join("state").display())),
            State::Redis => {
                let (server, port) = redis_server(place, &folder)?;
                (Some(server), format!("redis://127.0.0.1:{port}"))
            }
        };
        let mut play = place.command(built.join("play"));
        let delay = plays.delay.as_millis().to_string();
        play.args(["--tally", &plays.picture.to_string(), "--delay", &delay]);
        let provider = Running::provider(&mut play)?;
        let mut relay = place.command(built.join("backdrop-relay"));
        relay.args(["--listen", "127.0.0.1:0", "--batch-at-once", "0", "--state", &address]);
        relay.args(["--upstream", &provider.1]).args(flags);
        let relay = Running::relay(with_key(&mut relay))?;
        let (workers, built) = (Vec::new(), built.to_owned());
        Ok(Self { relay, workers, provider, redis, folder, state: address, built })
    }

    /// One more worker.
    pub fn worker(&mut self, place: &Place, at_once: u32, flags: &[&str]) -> Result<()> {
        let mut work = place.command(self.built.join("backdrop-relay"));
        work.args(["work", "--state", &self.state, "--upstream", &self.provider.1]);
        work.args(["--batch-at-once", &at_once.to_string()]).args(flags);
        let began = Instant::now();
        let worker = Running::logging(with_key(&mut work))?;
        let log = worker.1.clone();
        self.workers.push(worker);
        until("a worker works", || Ok(log.first("working on", began).map(|_| ())))
    }

    /// Begins a batch of so many addresses; returns its own.
    pub fn begin(&self, count: usize) -> Result<String> {
        let images: Vec<_> = (0..count).map(address).collect();
        let new = json!({ "images": images, "parameters": { "prompt": "on a table" } });
        let told = http::json(&self.relay.1, "POST", "/v1/batches", &new.to_string())?;
        Ok(told["url"].as_str().context("no address of the batch")?.to_owned())
    }

    /// Waits until what the batch tells of itself is enough. While the state is out of reach it
    /// tells nothing.
    pub fn until(&self, url: &str, enough: impl Fn(&Value) -> bool) -> Result<Value> {
        let end = Instant::now() + DEADLINE;
        loop {
            let told = http::json(&self.relay.1, "GET", url, "");
            match told {
                Ok(told) if enough(&told) => return Ok(told),
                told if Instant::now() > end => bail!("waited in vain; at last {told:?}"),
                _ => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// How each photo ended.
    pub fn ends(&self, url: &str) -> Result<Ends> {
        let mut ends = Vec::new();
        loop {
            let path = format!("{url}/items?from={}&count=1000", ends.len());
            let told = http::json(&self.relay.1, "GET", &path, "")?;
            let items = told["items"].as_array().context("no items")?;
            if items.is_empty() {
                return Ok(ends);
            }
            let status = |item: &Value| item["status"].as_str().unwrap_or_default().to_owned();
            ends.extend(items.iter().map(status));
        }
    }

    /// How often the provider made each photo, and how often it refused it.
    pub fn asked(&self) -> Result<HashMap<String, (u32, u32)>> {
        let told = http::json(&self.provider.1, "GET", "/asked", "")?;
        let counts = |of: &Value, at: usize| of[at].as_u64().unwrap_or_default() as u32;
        let all = told.as_object().context("no counts")?.iter();
        Ok(all.map(|(name, of)| (name.clone(), (counts(of, 0), counts(of, 1)))).collect())
    }
}

/// A photo's address, by its number.
pub fn address(number: usize) -> String {
    format!("https://shop.example/{number}.jpg")
}

/// Photos that were asked for more than once.
pub fn twice(asked: &HashMap<String, (u32, u32)>) -> usize {
    asked.values().filter(|(paid, _)| *paid > 1).count()
}

/// Waits for something.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() > end {
            bail!("waited in vain until {what}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn with_key(relay: &mut std::process::Command) -> &mut std::process::Command {
    relay.env("SEGMIND_API_KEY", "SG_bench").env_remove("RUST_LOG")
}

/// As `docs/scale.md` wants it: what it was told is on its disk before it answers.
fn redis_server(place: &Place, folder: &Path) -> Result<(Running, u16)> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut server = place.command("redis-server");
    server
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always"])
        .args(["--maxmemory-policy", "noeviction", "--dir"])
        .arg(folder);
    let running = Running::start(server.stdout(Stdio::null()).stderr(Stdio::null()))?;
    until("redis-server listens", || Ok(TcpStream::connect(("127.0.0.1", port)).ok()))?;
    Ok((running, port))
}
