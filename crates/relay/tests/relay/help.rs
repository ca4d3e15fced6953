//! Starts the relay, and talks to it.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use backdrop_contract::PATH;
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The relay's key in every test; it may show up at the provider and nowhere else.
pub const KEY: &str = "SG_the-key-that-never-leaks";

/// What the contract's table takes, in short.
pub const ORDER: &str = r#"{"image":"YWI="}"#;

/// Another one.
pub const OTHER: &str = r#"{"image":"YWJj"}"#;

/// A running relay. It is ended with the test, and its log is searched for the key.
pub struct Relay {
    child: Child,
    /// `127.0.0.1:43127`
    pub host: String,
    log: Arc<Mutex<String>>,
    reader: Option<std::thread::JoinHandle<()>>,
}

/// The program with an environment that is known.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backdrop-relay"));
    for variable in ["SEGMIND_API_KEY", "SEGMIND_API_KEY_FILE", "STATE_DIRECTORY", "BACKDROP_STATE"]
    {
        command.env_remove(variable);
    }
    // No folder can be made there: without a file that is named the journal is in memory.
    command.env("XDG_STATE_HOME", "/dev/null").env("RUST_LOG", "trace").stderr(Stdio::piped());
    command
}

impl Relay {
    /// One that answers with the engine.
    pub fn answering(flags: &[&str]) -> Self {
        Self::start(program().args(["--listen", "127.0.0.1:0"]).args(flags))
    }

    /// One that forwards to this provider.
    pub fn forwarding(upstream: &str, flags: &[&str]) -> Self {
        Self::start(
            program()
                .env("SEGMIND_API_KEY", KEY)
                .args(["--listen", "127.0.0.1:0", "--upstream", upstream])
                .args(flags),
        )
    }

    /// One that forwards, with a journal in this file.
    pub fn journaled(upstream: &str, journal: &Path, flags: &[&str]) -> Self {
        let journal = ["--journal", journal.to_str().unwrap()];
        Self::forwarding(upstream, &[&journal[..], flags].concat())
    }

    pub fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let (found, address) = mpsc::channel();
        let kept = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if let Some((_, host)) = line.split_once("listening on http://") {
                    // In JSON the text ends at a quote.
                    let host = host.split('"').next().unwrap_or_default();
                    let _ = found.send(host.trim().to_owned());
                }
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        let host = address
            .recv_timeout(Duration::from_secs(30))
            .unwrap_or_else(|_| panic!("no address in the log: {}", log.lock().unwrap()));
        Self { child, host, log, reader: Some(reader) }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// The exit status, awaited for so long.
    pub async fn end(&mut self, within: Duration) -> ExitStatus {
        let until = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "still running; log:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits for a line of the log.
    pub async fn logged(&self, text: &str) {
        eventually(text, || self.log().contains(text)).await;
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request("GET", path, &[], Body::empty())).await
    }

    /// Sends JSON to the endpoint.
    pub async fn post(&self, json: impl Into<Body>) -> Reply {
        self.post_with(&[], json).await
    }

    pub async fn post_with(&self, headers: &[(&str, &str)], json: impl Into<Body>) -> Reply {
        let json = self.request("POST", PATH, &with_json(headers), json.into());
        self.send(json).await
    }

    /// Sends so many bytes to the endpoint and reads nothing before all of them are out, as
    /// browsers do.
    pub async fn sent_whole(&self, headers: &[(&str, &str)], length: usize) -> Reply {
        let mut connection = TcpStream::connect(&self.host).await.unwrap();
        let request = self.request("POST", PATH, headers, Body::empty());
        let mut headers = request.headers().clone();
        headers.entry("host").or_insert(self.host.parse().unwrap());
        headers.entry("content-type").or_insert(HeaderValue::from_static("application/json"));
        let mut head = format!("POST {PATH} HTTP/1.1\r\ncontent-length: {length}\r\n");
        for (name, value) in &headers {
            head += &format!("{name}: {}\r\n", value.to_str().unwrap());
        }
        head += "\r\n";
        connection.write_all(head.as_bytes()).await.unwrap();
        let photo = "A".repeat(length - r#"{"image":""}"#.len());
        connection.write_all(format!(r#"{{"image":"{photo}"}}"#).as_bytes()).await.unwrap();
        // In vain where the relay has cut the connection.
        tokio::time::sleep(Duration::from_millis(50)).await;

        let mut all = Vec::new();
        let head = loop {
            assert_ne!(connection.read_buf(&mut all).await.unwrap(), 0, "no whole head");
            if let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") {
                break all.drain(..end + 4).collect::<Vec<_>>();
            }
        };
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.trim_end().lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: HeaderMap = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| {
                let name: HeaderName = name.parse().unwrap();
                (name, HeaderValue::from_str(value).unwrap())
            })
            .collect();
        let length: usize = headers["content-length"].to_str().unwrap().parse().unwrap();
        while all.len() < length {
            assert_ne!(connection.read_buf(&mut all).await.unwrap(), 0, "no whole body");
        }
        Reply { status, headers, body: all.into() }
    }

    /// Sends JSON to the endpoint under a key.
    pub async fn keyed(&self, key: &str, json: impl Into<Body>) -> Reply {
        self.post_with(&[("idempotency-key", key)], json).await
    }

    /// Asks for the answer of a key.
    pub async fn collect(&self, key: &str) -> Reply {
        self.get(&format!("{PATH}/{key}")).await
    }

    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Request<Body> {
        let mut request =
            Request::builder().method(method).uri(format!("http://{}{path}", self.host));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body).unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let (parts, body) = send(request).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let reply = Reply { status: parts.status, headers: parts.headers, body };
        assert!(!reply.headers["x-request-id"].is_empty());
        let shown = format!("{:?}{}", reply.headers, reply.text());
        assert!(!shown.contains(KEY), "the key is in a reply: {shown}");
        reply
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        if !std::thread::panicking() {
            assert!(!self.log().contains(KEY), "the key is in the log");
        }
    }
}

/// A whole reply.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The text of `{"error":{"code","message","field"?}}`; anything else fails the test.
    pub fn error(&self) -> String {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{self:?}");
        let json: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        let all = json.as_object().unwrap();
        assert_eq!(all.len(), 1, "{json}");
        assert!(!all["error"]["code"].as_str().unwrap().is_empty(), "{json}");
        all["error"]["message"].as_str().unwrap().to_owned()
    }

    pub fn is_replayed(&self) -> bool {
        self.header("idempotency-replayed") == "true"
    }

    /// The code of an error.
    pub fn code(&self) -> String {
        let json: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        json["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Sends one request and returns its reply's head; the body is still to be read.
pub async fn send(request: Request<Body>) -> Response<Body> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    client.request(request).await.unwrap().map(Body::new)
}

pub fn with_json<'a>(headers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("content-type", "application/json")], headers].concat()
}

/// Waits until something holds.
pub async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

/// A body whose pieces are sent by hand.
pub struct ByHand(tokio::sync::mpsc::Receiver<Bytes>);

pub fn by_hand() -> (tokio::sync::mpsc::Sender<Bytes>, Body) {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    (sender, Body::new(ByHand(receiver)))
}

impl http_body::Body for ByHand {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        let piece = self.0.poll_recv(context);
        piece.map(|piece| piece.map(|piece| Ok(http_body::Frame::data(piece))))
    }
}
