//! A provider that plays: the endpoint on this machine, with all its good and bad days.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "a test harness fails a test by panicking"
)]

mod answer;
mod asked;
mod cors;
mod picture;

pub use answer::Answer;
pub use asked::Asked;
pub use picture::png;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long is waited for anything before a test fails: far longer than it takes, as machines are busy.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// The endpoint's path, as at the real provider.
pub const PATH: &str = "/v1/bria-replace-background";

/// A running provider; it ends with this value.
///
/// Each request is answered by the next of what [`answers`](Self::answers) was given; when that is
/// used up, by what the request's `seed` says ([`Answer::by_seed`]), which is a picture for most.
pub struct Provider {
    origin: String,
    book: Arc<Book>,
    task: tokio::task::JoinHandle<()>,
}

/// What the provider knows, shared with the task that serves.
#[derive(Default)]
struct Book {
    script: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<Asked>>,
    given_up: Mutex<usize>,
    without_cors: bool,
}

impl Provider {
    pub async fn start() -> Self {
        Self::begin(Book::default()).await
    }

    /// One that a page cannot read from directly, as its answers carry no CORS headers.
    pub async fn start_without_cors() -> Self {
        let without_cors = true;
        Self::begin(Book { without_cors, ..Book::default() }).await
    }

    async fn begin(book: Book) -> Self {
        let book = Arc::new(book);
        let app = axum::Router::new().fallback(serve).with_state(book.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let task = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("the provider serves");
        });
        Self { origin, book, task }
    }

    /// `http://127.0.0.1:PORT`, for a relay's `--upstream`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The endpoint's whole address, for a page that talks to it with its own key.
    pub fn endpoint(&self) -> String {
        format!("{}{PATH}", self.origin)
    }

    /// Says how one more request will be answered, after those said before.
    pub fn answers(&self, answer: Answer) {
        self.book.script.lock().unwrap().push_back(answer);
    }

    /// All requests to the endpoint so far, the oldest first; preflights are not among them.
    pub fn asked(&self) -> Vec<Asked> {
        self.book.asked.lock().unwrap().clone()
    }

    /// Waits until there have been `count` requests, and returns the last of them.
    pub async fn wait_for_request(&self, count: usize) -> Asked {
        let last = || self.asked().get(count.checked_sub(1)?).cloned();
        wait(&format!("{count} requests have come"), last).await
    }

    /// Waits until `count` requests were left by whoever asked, before they were answered.
    pub async fn wait_for_given_up(&self, count: usize) {
        let enough = || (*self.book.given_up.lock().unwrap() >= count).then_some(());
        wait(&format!("{count} requests were given up"), enough).await;
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain until {what} at the provider");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn serve(State(book): State<Arc<Book>>, request: Request) -> Response {
    let from_a_page = !book.without_cors;
    if request.method() == Method::OPTIONS && from_a_page {
        return cors::preflight(request.headers());
    }
    let mut response = reply(&book, request).await;
    if from_a_page {
        cors::expose(response.headers_mut());
    }
    response
}

async fn reply(book: &Book, request: Request) -> Response {
    let (head, body) = request.into_parts();
    match (head.uri.path(), &head.method) {
        (PATH, &Method::POST) => {}
        (PATH, _) => {
            let page = "<html><h1>405 Not Allowed</h1></html>";
            return (StatusCode::METHOD_NOT_ALLOWED, axum::response::Html(page)).into_response();
        }
        ("/v1/get-user-credits", &Method::GET) => return r#"{"credits":12.5}"#.into_response(),
        _ => return (StatusCode::NOT_FOUND, r#"{"error":"Model not found"}"#).into_response(),
    }
    let Ok(body) = to_bytes(body, 256 << 20).await else {
        *book.given_up.lock().unwrap() += 1;
        return StatusCode::BAD_REQUEST.into_response();
    };
    let asked = Asked { headers: head.headers, body };
    let answer = book.script.lock().unwrap().pop_front();
    let answer = answer.unwrap_or_else(|| Answer::by_seed(asked.seed()));
    book.asked.lock().unwrap().push(asked);

    // The server drops this very function when the connection ends before the answer does.
    let mut waiting = Waiting { book, answered: false };
    let response = answer.give().await;
    waiting.answered = true;
    response
}

struct Waiting<'a> {
    book: &'a Book,
    answered: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.answered {
            *self.book.given_up.lock().unwrap() += 1;
        }
    }
}
