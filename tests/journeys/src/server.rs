//! A server of an example, as a process of its own.

use crate::log_lines::LogLines;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server; it ends with this value.
pub struct Server {
    process: Child,
    url: String,
}

impl Server {
    /// A script for Node that says `listening on` and its address, on the port that `PORT` names.
    pub fn node(script: &Path, variables: &[(&str, &str)]) -> Self {
        let mut node = Command::new("node");
        node.arg(script).env("PORT", "0").envs(variables.iter().copied());
        Self::start(&mut node, "listening on ")
    }

    /// Vite's own server for those who work at a site, here at that of this folder.
    pub fn vite(site: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("its address").port();
        drop(free);
        let vite = site.join("../../node_modules/vite/bin/vite.js");
        let mut node = Command::new("node");
        node.current_dir(site).arg(vite).args(["--host=127.0.0.1", "--strictPort"]);
        Self::start(node.arg(format!("--port={port}")), "Local:")
    }

    fn start(command: &mut Command, says: &str) -> Self {
        // Colours, which some tools keep where CI is set, would cut the address in two.
        command.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
        let mut process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("node starts");
        let log = LogLines::read(process.stdout.take().expect("its output is piped"));
        let url = log.wait_for(says, Duration::from_secs(30));
        let mut server = Self { process, url: String::new() };
        let url = url.unwrap_or_else(|said| panic!("the server does not listen:\n{said}"));
        url.trim().trim_end_matches('/').clone_into(&mut server.url);
        server
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
