//! The real relay, as a process of its own.

use crate::log_lines::LogLines;
use crate::place;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How a relay is started; see [`Relay`].
#[derive(Clone, Debug)]
pub struct RelayOptions {
    key: Option<String>,
    upstream: Option<String>,
    site: PathBuf,
    args: Vec<String>,
    journal: PathBuf,
}

/// A running relay; it ends with this value.
pub struct Relay {
    process: Child,
    log: LogLines,
    url: String,
}

impl Relay {
    /// Holds a key and forwards to this origin, such as [`Provider::origin`](crate::Provider::origin).
    pub fn with_key(key: &str, upstream: &str) -> RelayOptions {
        RelayOptions {
            key: Some(key.into()),
            upstream: Some(upstream.into()),
            ..Self::without_key()
        }
    }

    /// Has no key, so it answers with the engine.
    pub fn without_key() -> RelayOptions {
        RelayOptions {
            key: None,
            upstream: None,
            site: place::site(),
            args: Vec::new(),
            journal: ":memory:".into(),
        }
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// All it has logged so far, for example to see that no key is in it.
    pub fn log(&self) -> String {
        self.log.all().join("\n")
    }

    /// Waits for a line of its log that holds this text, and returns what follows the text there.
    pub fn wait_for_log(&self, text: &str) -> String {
        self.log
            .wait_for(text, crate::DEADLINE)
            .unwrap_or_else(|said| panic!("the relay never logged `{text}` but:\n{said}"))
    }
}

impl RelayOptions {
    /// Another folder than the built page.
    pub fn site(mut self, folder: impl Into<PathBuf>) -> Self {
        self.site = folder.into();
        self
    }

    /// Keeps its journal in this file, beyond its own end.
    pub fn journal(mut self, file: impl Into<PathBuf>) -> Self {
        self.journal = file.into();
        self
    }

    /// One more argument of the relay's command line.
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Starts it on a free port, and returns when it listens.
    pub fn start(self) -> Relay {
        let mut command = Command::new(place::relay());
        command
            .args(["--listen", "127.0.0.1:0", "--journal"])
            .arg(&self.journal)
            .arg("--site")
            .arg(&self.site)
            .args(self.upstream.iter().flat_map(|origin| ["--upstream", origin]))
            .args(&self.args)
            .env_remove("SEGMIND_API_KEY")
            .envs(self.key.iter().map(|key| ("SEGMIND_API_KEY", key)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut process = command.spawn().expect("the relay starts");
        let log = LogLines::read(process.stderr.take().expect("its log is piped"));
        let mut relay = Relay { process, log, url: String::new() };
        let rest = relay
            .log
            .wait_for("listening on ", Duration::from_secs(30))
            .unwrap_or_else(|said| panic!("the relay does not listen; it said:\n{said}"));
        let url = rest.split_whitespace().next().unwrap_or_default();
        relay.url = url.trim_end_matches('/').to_owned();
        relay
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
