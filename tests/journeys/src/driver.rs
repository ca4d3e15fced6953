//! One driver and the browser it starts; neither outlives this value.

use crate::kind::Kind;
use crate::log_lines::LogLines;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process;
use serde_json::Value;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Driver {
    kind: Kind,
    process: Child,
    /// WebKit shows itself on a screen that nobody sees.
    screen: Option<Child>,
    /// The browser's own, known once a session has begun; Chromium alone says it.
    browser: Option<process::Pid>,
    url: String,
}

impl Driver {
    pub fn start(kind: Kind) -> Self {
        let program = kind.driver();
        let mut command = Command::new(&program);
        let mut driver_of = |args: &[String]| {
            command
                .args(args)
                // A group of its own, which its browser is in too.
                .process_group(0)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null());
        };
        let mut screen = None;
        let mut port = None;
        match kind {
            Kind::Chromium => driver_of(&["--port=0".into()]),
            Kind::Firefox => driver_of(&["--port=0".into(), "--log=info".into()]),
            Kind::WebKit => {
                // It says nothing, and takes no port by itself.
                let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
                let number = free.local_addr().expect("its address").port();
                driver_of(&[format!("--port={number}")]);
                port = Some(number);
                let (child, display) = virtual_screen();
                screen = Some(child);
                command.env("DISPLAY", display).env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1");
            }
        }
        let mut process = command.spawn().unwrap_or_else(|error| {
            panic!("cannot start {}: {error}; `cargo xtask setup` installs it", program.display())
        });
        let log = LogLines::read(process.stdout.take().expect("its output is piped"));
        // From here on it is ended whatever happens.
        let mut driver = Self { kind, process, screen, browser: None, url: String::new() };
        let says = match kind {
            Kind::Chromium => "started successfully on port ",
            Kind::Firefox | Kind::WebKit => "Listening on 127.0.0.1:",
        };
        let patience = Duration::from_secs(30);
        let port = match port {
            Some(port) => wait_for_port(port, patience),
            None => log
                .wait_for(says, patience)
                .unwrap_or_else(|said| panic!("the driver did not start; it said:\n{said}")),
        };
        driver.url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        driver
    }

    /// Opens a browser with its own profile, which saves what it is given into `downloads`.
    pub async fn open(&mut self, profile: &Path, downloads: &Path, arguments: &[&str]) -> Client {
        let Value::Object(wanted) = self.kind.capabilities(profile, downloads, arguments) else {
            unreachable!("it is written as an object")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&self.url)
            .await
            .expect("a browser session");
        self.browser = client
            .capabilities()
            .and_then(|got| got.get("goog:processID")?.as_i64())
            .and_then(|id| process::Pid::from_raw(i32::try_from(id).ok()?));
        let known = self.browser.is_some() || self.kind != Kind::Chromium;
        assert!(known, "chromedriver names no process to end later");
        client
    }
}

/// Waits until somebody listens there.
fn wait_for_port(port: u16, patience: Duration) -> String {
    let end = Instant::now() + patience;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < end, "the driver does not listen on port {port}");
        std::thread::sleep(Duration::from_millis(20));
    }
    port.to_string()
}

/// A screen in memory, and its name.
fn virtual_screen() -> (Child, String) {
    let mut child = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1440x1000x24", "-nolisten", "tcp", "-ac"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb starts; `cargo xtask setup` installs it");
    let log = LogLines::read(child.stdout.take().expect("its output is piped"));
    let number = log.wait_for("", Duration::from_secs(30)).expect("Xvfb names its screen");
    (child, format!(":{number}"))
}

/// Also one that has ended and that its parent, the driver, has not taken note of yet.
fn has_ended(id: process::Pid) -> bool {
    // Where there is no such folder, only the first is known.
    let status = std::fs::read_to_string(format!("/proc/{}/stat", id.as_raw_nonzero()));
    let state = status.ok().and_then(|status| status.rsplit(") ").next()?.chars().next());
    process::test_kill_process(id).is_err() || state == Some('Z')
}

impl Drop for Driver {
    /// Also while a test panics. Chromium first, and politely, so that it takes its children with
    /// it; it would outlive a driver that is killed.
    fn drop(&mut self) {
        if let Some(browser) = self.browser {
            let _ = process::kill_process(browser, process::Signal::TERM);
            let end = Instant::now() + Duration::from_secs(3);
            while !has_ended(browser) && Instant::now() < end {
                std::thread::sleep(Duration::from_millis(10));
            }
            let _ = process::kill_process(browser, process::Signal::KILL);
        }
        let group = i32::try_from(self.process.id()).ok().and_then(process::Pid::from_raw);
        if let Some(group) = group.filter(|_| self.kind != Kind::Chromium) {
            let _ = process::kill_process_group(group, process::Signal::KILL);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        if let Some(screen) = &mut self.screen {
            let _ = screen.kill();
            let _ = screen.wait();
        }
    }
}
