//! A `redis-server` of the test's own, that can be stopped, cut off and started again.

use crate::help::{Relay, program};
use crate::worker::Worker;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server with its data in a folder; it ends with the test.
pub struct Store {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Store {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Freed at once, and taken again a moment later.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let child = server(folder.path(), port);
        Self { child, folder, port }
    }

    /// For `--state`.
    pub fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again, with what it had on its disk.
    pub fn restart(&mut self) {
        self.child = server(self.folder.path(), self.port);
    }

    /// Forgets all that it had on its disk.
    pub fn lose_everything(&self) {
        std::fs::remove_dir_all(self.folder.path().join("appendonlydir")).unwrap();
    }

    /// Stops or goes on: what is cut off gets no answer, and no end of its connections either.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// A relay of this store's that forwards.
    pub fn relay(&self, upstream: &str, flags: &[&str]) -> Relay {
        Relay::forwarding(upstream, &[&["--state", &self.address()], flags].concat())
    }

    /// A worker of this store's.
    pub fn worker(&self, upstream: &str, flags: &[&str]) -> Worker {
        Worker::start(&mut program(), &self.address(), upstream, flags)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn server(folder: &Path, port: u16) -> Child {
    let child = Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("redis-server is on the PATH: `cargo xtask setup` installs it on Debian");
    let until = Instant::now() + Duration::from_secs(20);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "redis-server does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}
