//! Programs that run beside a test or a bench, and end with it.

use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A running program; it is ended when this is dropped.
pub struct Running {
    child: Child,
}

impl Running {
    /// Starts it.
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().display().to_string();
        let child = command.stdin(Stdio::null()).spawn();
        Ok(Self { child: child.with_context(|| format!("cannot start {name}"))? })
    }

    /// Starts the playing provider, and returns its origin.
    pub fn provider(command: &mut Command) -> Result<(Self, String)> {
        let mut running = Self::start(command.stdout(Stdio::piped()))?;
        let out = running.child.stdout.take();
        let origin = first_line(out, |line| Some(line.trim().to_owned()))?;
        Ok((running, origin))
    }

    /// Starts the relay, and returns `http://ADDRESS:PORT`.
    pub fn relay(command: &mut Command) -> Result<(Self, String)> {
        let mut running = Self::start(command.stderr(Stdio::piped()))?;
        let log = running.child.stderr.take();
        let origin = first_line(log, |line| {
            let (_, address) = line.split_once("listening on ")?;
            Some(address.trim().to_owned())
        })?;
        Ok((running, origin))
    }

    /// Starts what listens nowhere; its log is kept.
    pub fn logging(command: &mut Command) -> Result<(Self, Log)> {
        let mut running = Self::start(command.stderr(Stdio::piped()))?;
        let from = BufReader::new(running.child.stderr.take().context("no output")?);
        let log = Log::default();
        let lines = Arc::clone(&log.0);
        std::thread::spawn(move || {
            for line in from.lines().map_while(Result::ok) {
                lines.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), line));
            }
        });
        Ok((running, log))
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Stops it, or has it go on: `STOP`, `CONT`.
    pub fn signal(&self, name: &str) -> Result<()> {
        let id = self.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status()?;
        if sent.success() { Ok(()) } else { bail!("kill -s {name} {id} ended with {sent}") }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// What it and its workers have used of the processor so far.
    pub fn processor_time(&self) -> Result<Duration> {
        let id = self.id().to_string();
        let mut ticks = 0;
        for process in std::fs::read_dir("/proc").context("no /proc")?.flatten() {
            // One that has just ended uses nothing any more.
            let Ok(stat) = std::fs::read_to_string(process.path().join("stat")) else { continue };
            let mine = process.file_name() == id.as_str();
            // After the name, which is in brackets: state, parent, … and as 12th and 13th the time.
            let Some((_, rest)) = stat.rsplit_once(") ") else { continue };
            let fields: Vec<&str> = rest.split(' ').collect();
            if mine || fields.get(1) == Some(&id.as_str()) {
                let times = fields.get(11..13).unwrap_or_default().iter();
                ticks += times.filter_map(|time| time.parse::<u64>().ok()).sum::<u64>();
            }
        }
        // On Linux a hundredth of a second each.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// A number of /proc/…/status, in bytes.
    pub fn memory(&self, name: &str) -> Result<u64> {
        let file = format!("/proc/{}/status", self.id());
        let status = std::fs::read_to_string(&file).with_context(|| format!("no {file}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.trim_matches([':', ' ', '\t', 'k', 'B']).parse().ok());
        let kib: u64 = kib.with_context(|| format!("no {name} in {file}"))?;
        Ok(kib << 10)
    }
}

/// A log's lines, each with the time it came.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<(Instant, String)>>>);

impl Log {
    /// When the first line came that holds this, after some time.
    pub fn first(&self, text: &str, after: Instant) -> Option<Instant> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut later = lines.iter().filter(|(at, _)| *at >= after);
        later.find(|(_, line)| line.contains(text)).map(|(at, _)| *at)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        // A program with workers of its own has to end them itself; what does not listen is killed.
        let _ = Command::new("kill").arg(self.id().to_string()).status();
        for _ in 0..100 {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first line that holds what is looked for. What comes later is read and thrown away: a full
/// pipe would stop the program.
fn first_line(
    from: Option<impl Read + Send + 'static>,
    find: impl Fn(&str) -> Option<String>,
) -> Result<String> {
    let mut reader = BufReader::new(from.context("no output")?);
    let mut said = String::new();
    loop {
        let start = said.len();
        if reader.read_line(&mut said)? == 0 {
            bail!("it ended with:\n{said}");
        }
        if let Some(found) = find(&said[start..]) {
            std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
            return Ok(found);
        }
    }
}
