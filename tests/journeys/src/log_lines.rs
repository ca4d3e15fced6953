//! What a child process says, line by line, kept and waited for.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(Default)]
struct Said {
    lines: Vec<String>,
    ended: bool,
}

/// Reads on in a thread of its own, so that the child never blocks on a full pipe.
#[derive(Clone, Default)]
pub(crate) struct LogLines(Arc<(Mutex<Said>, Condvar)>);

impl LogLines {
    pub fn read(from: impl Read + Send + 'static) -> Self {
        let log = Self::default();
        let writer = log.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                writer.0.0.lock().unwrap().lines.push(line);
                writer.0.1.notify_all();
            }
            writer.0.0.lock().unwrap().ended = true;
            writer.0.1.notify_all();
        });
        log
    }

    pub fn all(&self) -> Vec<String> {
        self.0.0.lock().unwrap().lines.clone()
    }

    /// The rest of the first line that holds `marker`; the whole log if none comes in time.
    pub fn wait_for(&self, marker: &str, patience: Duration) -> Result<String, String> {
        let end = Instant::now() + patience;
        let mut said = self.0.0.lock().unwrap();
        loop {
            let found = said.lines.iter().find_map(|line| line.split_once(marker));
            if let Some((_, rest)) = found {
                return Ok(rest.to_owned());
            }
            let left = end.saturating_duration_since(Instant::now());
            if said.ended || left.is_zero() {
                return Err(said.lines.join("\n"));
            }
            said = self.0.1.wait_timeout(said, left).unwrap().0;
        }
    }
}
