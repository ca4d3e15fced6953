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
mod book;
mod cors;
mod hosts;
mod job;
mod journal;
mod lean;
mod picture;
mod site;
mod tally;

pub use answer::{Answer, At, Job, JobShape};
pub use asked::Asked;
pub use hosts::{BRIA_PATH, FAL_PATH};
pub use lean::serve_lean;
pub use picture::{noise, png};
pub use tally::serve_tally;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONNECTION;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use book::Book;
use journal::Journal;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long is waited for anything before a test fails: far longer than it takes, as machines are busy.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// The endpoint's path, as at the real provider.
pub const PATH: &str = "/v1/bria-replace-background";

/// A running provider; it ends with this value.
///
/// Each request is answered by the next of what [`answers`](Self::answers) was given; when that is
/// used up, by its usual answer if it has one, else by what the request's `seed` says ([`Answer::by_seed`]), which is a picture for most.
pub struct Provider {
    origin: String,
    book: Arc<Book>,
    task: tokio::task::JoinHandle<()>,
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

    /// One that serves the studio's page too, as a relay does, with nothing in between: each answer
    /// comes to the page as it is played. Its journal answers for a request that has a name. The
    /// page's deadline is so many seconds.
    pub async fn start_with_site(site: &Path, deadline: u32) -> Self {
        let site = Some((site.to_owned(), deadline));
        Self::begin(Book { site, journal: Some(Journal::default()), ..Book::default() }).await
    }

    /// As [`start_with_site`](Self::start_with_site), but without a journal.
    pub async fn start_plain_site(site: &Path, deadline: u32) -> Self {
        let site = Some((site.to_owned(), deadline));
        Self::begin(Book { site, ..Book::default() }).await
    }

    /// One that listens where it is told, and gives every request the same answer if it is told one.
    pub async fn start_at(listen: SocketAddr, usual: Option<Answer>) -> Self {
        Self::listen(listen, Book { usual: usual.into(), ..Book::default() }).await
    }

    async fn begin(book: Book) -> Self {
        Self::listen(SocketAddr::from(([127, 0, 0, 1], 0)), book).await
    }

    async fn listen(at: SocketAddr, book: Book) -> Self {
        let listener = tokio::net::TcpListener::bind(at).await;
        let listener = listener.unwrap_or_else(|error| panic!("cannot listen on {at}: {error}"));
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let _ = book.origin.set(origin.clone());
        let book = Arc::new(book);
        let app = axum::Router::new().fallback(serve).with_state(book.clone());
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

    /// The address of a picture: in `pictures` any page can read it, in `closed` none but this
    /// provider's own, in `gone` there is none.
    pub fn picture_in(&self, place: &str) -> String {
        format!("{}/{place}/cup.png", self.origin)
    }

    /// A job that nobody sent here; the address where it is asked about.
    pub fn job(&self, job: Job) -> String {
        format!("{}/jobs/{}/status", self.origin, self.book.begin_job(job))
    }

    /// Says how one more request will be answered, after those said before.
    pub fn answers(&self, answer: Answer) {
        self.book.script.lock().unwrap().push_back(answer);
    }

    /// Says how one more question for the credits left will be answered; otherwise there are 12.5.
    pub fn answers_credits(&self, answer: Answer) {
        self.book.credits.lock().unwrap().push_back(answer);
    }

    /// All questions for the credits left so far.
    pub fn credits_asked(&self) -> Vec<Asked> {
        self.book.credits_asked.lock().unwrap().clone()
    }

    /// Says how every request is answered that nothing else is said of.
    pub fn always(&self, answer: Answer) {
        *self.book.usual.lock().unwrap() = Some(answer);
    }

    /// Breaks the connection of each request to the endpoint that waits for its answer. A journal
    /// has the answer all the same.
    pub fn break_connections(&self) {
        self.book.breaking.notify_waiters();
    }

    /// All requests so far for jobs, pictures and the journal, with their paths.
    pub fn fetched(&self) -> Vec<Asked> {
        self.book.fetched.lock().unwrap().clone()
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

    /// How many requests were left by whoever asked, before they were answered.
    pub fn given_up(&self) -> usize {
        *self.book.given_up.lock().unwrap()
    }

    /// Waits until `count` requests were left by whoever asked, before they were answered.
    pub async fn wait_for_given_up(&self, count: usize) {
        let enough = || (self.given_up() >= count).then_some(());
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
    let path = request.uri().path().to_owned();
    let from_a_page = !book.without_cors && !path.starts_with("/closed/");
    let asks_first = request.method() == Method::OPTIONS && from_a_page;
    let mut response = match asks_first {
        true => cors::preflight(request.headers()),
        false => reply(&book, &path, request).await,
    };
    if from_a_page && !asks_first {
        cors::expose(response.headers_mut());
    }
    if book.site.is_some() {
        // On a connection that was used before, a browser asks again by itself when it breaks.
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn reply(book: &Arc<Book>, path: &str, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let get = head.method == Method::GET;
    let post = head.method == Method::POST;
    if hosts::is_endpoint(path) && post {
        return endpoint(book, path, head.headers, body).await;
    }
    if path == "/v1/get-user-credits" && get {
        let path = path.to_owned();
        return credits(book, Asked { path, headers: head.headers, body: Bytes::new() }).await;
    }
    if let (Some(picture), true) = (hosts::picture(book, path), get) {
        return picture;
    }
    if let (Some((site, deadline)), true) = (&book.site, get) {
        match path {
            "/healthz" => return site::health(book.origin()),
            _ if site::is_file(path) => return site::file(site, *deadline, path),
            _ => {}
        }
    }
    if hosts::is_endpoint(path) {
        let page = "<html><h1>405 Not Allowed</h1></html>";
        return (StatusCode::METHOD_NOT_ALLOWED, axum::response::Html(page)).into_response();
    }
    let asked = Asked { headers: head.headers, body: Bytes::new(), path: path.to_owned() };
    book.fetched.lock().unwrap().push(asked);
    match path.split('/').nth(1).unwrap_or_default() {
        _ if !get => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        "jobs" => job::ask(book, path).await,
        "pictures" | "closed" => Answer::picture().give(book).await,
        "v1" if path.starts_with(PATH) => match &book.journal {
            Some(journal) => journal.ask(book, path),
            None => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        },
        _ => (StatusCode::NOT_FOUND, r#"{"error":"Model not found"}"#).into_response(),
    }
}

async fn endpoint(book: &Arc<Book>, path: &str, headers: HeaderMap, body: Body) -> Response {
    let Ok(body) = to_bytes(body, 256 << 20).await else {
        *book.given_up.lock().unwrap() += 1;
        return StatusCode::BAD_REQUEST.into_response();
    };
    let asked = Asked { headers: headers.clone(), body, path: path.to_owned() };
    let answer = book.script.lock().unwrap().pop_front();
    let answer = answer.or_else(|| book.usual.lock().unwrap().clone());
    let answer = answer.unwrap_or_else(|| Answer::by_seed(asked.seed()));
    let name = asked.header("idempotency-key").to_owned();
    book.asked.lock().unwrap().push(asked);

    // The server drops this very function when the connection ends before the answer does.
    let mut waiting = Waiting { book, answered: false };
    let journal = book.journal.as_ref().filter(|_| !name.is_empty());
    let response = match (journal, answer) {
        (Some(_), answer) => {
            let (kept, lost) = match answer {
                Answer::Lost(answer) => (*answer, true),
                answer => (answer, false),
            };
            // It goes on when nobody listens any more.
            let work = tokio::spawn(journaled(book.clone(), name, kept));
            match lost {
                true => Answer::picture().lost().give(book).await,
                false => unless_broken(book, async { work.await.expect("it is made") }).await,
            }
        }
        (None, answer) => unless_broken(book, answer.give(book)).await,
    };
    let response = hosts::wrap(book, path, &headers, response).await;
    waiting.answered = true;
    response
}

async fn credits(book: &Arc<Book>, asked: Asked) -> Response {
    book.credits_asked.lock().unwrap().push(asked);
    let answer = book.credits.lock().unwrap().pop_front();
    let usual = || Answer::Json(200, serde_json::json!({ "credits": 12.5 }));
    let mut waiting = Waiting { book, answered: false };
    let response = answer.unwrap_or_else(usual).give(book).await;
    waiting.answered = true;
    response
}

async fn unless_broken(book: &Book, answer: impl Future<Output = Response>) -> Response {
    tokio::select! {
        response = answer => response,
        () = book.breaking.notified() => Answer::picture().lost().give(book).await,
    }
}

async fn journaled(book: Arc<Book>, name: String, answer: Answer) -> Response {
    let journal = book.journal.as_ref().expect("there is one");
    journal.begin(&name);
    let response = answer.give(&book).await;
    journal.keep(&name, response).await
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
