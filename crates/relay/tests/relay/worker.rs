//! A process that only works batches off.

use crate::help::KEY;
use std::process::{Child, Command, Stdio};

/// `backdrop-relay work`; it is killed with the test.
pub struct Worker(Child);

impl Worker {
    pub fn start(program: &mut Command, state: &str, upstream: &str, flags: &[&str]) -> Self {
        let child = program
            .env("SEGMIND_API_KEY", KEY)
            .env("RUST_LOG", "warn")
            .stderr(Stdio::inherit())
            .args(["work", "--state", state, "--upstream", upstream])
            .args(flags)
            .spawn()
            .unwrap();
        Self(child)
    }

    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
