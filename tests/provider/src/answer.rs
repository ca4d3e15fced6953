use crate::book::Book;
use crate::job;
use crate::picture::{noise, png};
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Response as Reply, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How one request is answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// 200 with a PNG of this size and colour, and the headers of a paid run.
    Picture { width: u32, height: u32, colour: [u8; 3] },
    /// 200 with such a PNG as base64 in JSON: `{"image": …}`.
    PictureInJson,
    /// 200, and half of a PNG before the connection breaks.
    Cut,
    /// 400
    BadRequest,
    /// 401 `{"error":"Invalid API key"}`
    BadKey,
    /// 406
    NoCredits,
    /// 422
    Moderated,
    /// 429 with `x-rate-limit-reset-at-utc` and, as at the real one, no `Retry-After`.
    TooMany { wait_seconds: u64 },
    /// 500
    Broken,
    /// 502 with a proxy's HTML page.
    BadGateway,
    /// 504
    TimedOut,
    /// Any status with any JSON; also for an error that comes with 200.
    Json(u16, Value),
    /// Any status with a text of any type, such as a proxy's page; or with nothing at all.
    Text(u16, &'static str, String),
    /// Any bytes with any type, for what is malformed.
    Bytes(u16, &'static str, Vec<u8>),
    /// 200 with a large PNG in so many pieces, each after a while; with or without its length.
    Pieces { count: usize, pause: Duration, length: bool },
    /// 200 with JSON that says where a PNG lies.
    PictureAt(At),
    /// 202 with a job, which ends in an answer.
    Job(Job),
    /// The connection ends without an answer. A journal has this one all the same.
    Lost(Box<Answer>),
    /// Another answer with more headers.
    With(Vec<(&'static str, String)>, Box<Answer>),
    /// Another answer after a while, for progress and for cancelling.
    After(Duration, Box<Answer>),
}

/// Where a picture lies, and how that is said.
#[derive(Clone, Debug)]
pub struct At {
    /// The JSON around the address, which stands in it as `"URL"`.
    pub json: Value,
    /// `pictures` can be read by any page, `closed` by none, `gone` are not there.
    pub place: &'static str,
}

/// A job that is asked about.
#[derive(Clone, Debug)]
pub struct Job {
    pub shape: JobShape,
    /// So many times it is not ready yet.
    pub polls: usize,
    /// Whether its addresses are relative.
    pub relative: bool,
    pub end: Box<Answer>,
}

/// Whose words a job speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobShape {
    /// QUEUED, PROCESSING, COMPLETED, FAILED; `poll_url`, which becomes the answer.
    Segmind,
    /// `status_url` alone; IN_PROGRESS, COMPLETED, ERROR.
    Bria,
    /// IN_QUEUE, IN_PROGRESS, COMPLETED; the answer lies at `response_url`.
    Fal,
}

impl Answer {
    /// A job that is ready when it has been asked about twice.
    pub fn job(shape: JobShape, end: Answer) -> Self {
        Self::Job(Job { shape, polls: 2, relative: false, end: Box::new(end) })
    }

    /// JSON that says where a picture lies: `"URL"` in it stands for the address.
    pub fn at(place: &'static str, json: Value) -> Self {
        Self::PictureAt(At { json, place })
    }

    pub fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        Self::With(vec![(name, value.into())], Box::new(self))
    }

    pub fn lost(self) -> Self {
        Self::Lost(Box::new(self))
    }

    /// 200 with a PNG that is like no photo of the tests.
    pub fn picture() -> Self {
        Self::Picture { width: 320, height: 240, colour: [240, 160, 60] }
    }

    pub fn after(self, wait: Duration) -> Self {
        Self::After(wait, Box::new(self))
    }

    /// A status as seed brings that failure (400, 401, 406, 422, 429, 500, 502, 504); 1 is half a
    /// picture, 2 a picture in JSON, 3 a picture after 3 s; every other seed is a picture.
    pub fn by_seed(seed: i64) -> Self {
        match seed {
            1 => Self::Cut,
            2 => Self::PictureInJson,
            3 => Self::picture().after(Duration::from_secs(3)),
            400 => Self::BadRequest,
            401 => Self::BadKey,
            406 => Self::NoCredits,
            422 => Self::Moderated,
            429 => Self::TooMany { wait_seconds: 2 },
            500 => Self::Broken,
            502 => Self::BadGateway,
            504 => Self::TimedOut,
            _ => Self::picture(),
        }
    }

    /// An answer by name, for a command line: `picture`, `json`, `url`, `job`, `cut`, or a status
    /// that [`by_seed`](Self::by_seed) knows.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "picture" => Some(Self::picture()),
            "json" => Some(Self::PictureInJson),
            "url" => Some(Self::at("pictures", json!({ "output": "URL" }))),
            "job" => Some(Self::job(JobShape::Segmind, Self::picture())),
            "cut" => Some(Self::Cut),
            "400" | "401" | "406" | "422" | "429" | "500" | "502" | "504" => {
                name.parse().ok().map(Self::by_seed)
            }
            _ => None,
        }
    }

    /// The reply. A lost one breaks the connection.
    pub(super) async fn give(mut self, book: &Book) -> Response {
        let mut more = Vec::new();
        loop {
            self = match self {
                Self::After(wait, answer) => {
                    tokio::time::sleep(wait).await;
                    *answer
                }
                Self::With(headers, answer) => {
                    more.extend(headers);
                    *answer
                }
                other => break self = other,
            };
        }
        let mut response = self.reply(book);
        for (name, value) in more {
            response.headers_mut().insert(name, value.parse().expect("a header's value"));
        }
        response
    }

    fn reply(self, book: &Book) -> Response {
        match self {
            Self::Picture { width, height, colour } => {
                paid(Body::from(png(width, height, colour)), "image/png")
            }
            Self::PictureInJson => {
                let image = base64::prelude::BASE64_STANDARD.encode(png(320, 240, [240, 160, 60]));
                paid(json!({ "image": image }).to_string().into(), "application/json")
            }
            Self::Cut => cut(),
            Self::BadRequest => error(400, "Invalid value for `prompt`"),
            Self::BadKey => error(401, "Invalid API key"),
            Self::NoCredits => error(406, "Insufficient credits"),
            Self::Moderated => error(422, "Prompt failed content moderation"),
            Self::TooMany { wait_seconds } => {
                let mut response = error(429, "Rate limit exceeded");
                let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
                let reset = (now.as_secs() + wait_seconds).into();
                response.headers_mut().insert("x-rate-limit-reset-at-utc", reset);
                response.headers_mut().insert("x-rate-limit-remaining", 0.into());
                response
            }
            Self::Broken => error(500, "Internal server error"),
            Self::BadGateway => {
                let page = "<html><head><title>502 Bad Gateway</title></head>\
                            <body><h1>502 Bad Gateway</h1></body></html>";
                reply(502, "text/html", page.into())
            }
            Self::TimedOut => error(504, "Gateway timeout"),
            Self::Json(status, value) => {
                reply(status, "application/json", value.to_string().into())
            }
            Self::Text(status, kind, text) => reply(status, kind, text.into()),
            Self::Bytes(status, kind, bytes) => reply(status, kind, bytes.into()),
            Self::Pieces { count, pause, length } => pieces(count, pause, length),
            Self::PictureAt(at) => {
                let url = format!("{}/{}/cup.png", book.origin(), at.place);
                paid(said(at.json, &url).to_string().into(), "application/json")
            }
            Self::Job(job) => job::begin(book, job),
            // As a process that died: the server drops the connection. Without a message: it is no
            // fault of the test's.
            Self::Lost(_) => std::panic::resume_unwind(Box::new(())),
            Self::With(..) | Self::After(..) => unreachable!("unwrapped above"),
        }
    }
}

/// The JSON with the address in place of each `"URL"`.
fn said(json: Value, url: &str) -> Value {
    match json {
        Value::String(text) if text == "URL" => url.into(),
        Value::Array(list) => list.into_iter().map(|one| said(one, url)).collect(),
        Value::Object(map) => map.into_iter().map(|(key, one)| (key, said(one, url))).collect(),
        other => other,
    }
}

/// Noise, so that it is large.
fn pieces(count: usize, pause: Duration, length: bool) -> Response {
    let whole = noise(512, 512);
    let size = whole.len().div_ceil(count);
    let parts: Vec<_> = whole.chunks(size).map(Bytes::copy_from_slice).collect();
    let body = Body::from_stream(stream::iter(parts).then(move |part| async move {
        tokio::time::sleep(pause).await;
        Ok::<_, std::io::Error>(part)
    }));
    let mut response = paid(body, "image/png");
    if length {
        response.headers_mut().insert(CONTENT_LENGTH, whole.len().into());
    }
    response
}

fn error(status: u16, text: &str) -> Response {
    reply(status, "application/json", json!({ "error": text }).to_string().into())
}

pub(crate) fn paid(body: Body, kind: &'static str) -> Response {
    let mut response = reply(200, kind, body);
    for (name, value) in [
        ("x-remaining-credits", "12.5"),
        ("x-cost", "0.05"),
        ("x-generation-time", "8.1"),
        ("x-request-id", "play-1"),
    ] {
        response.headers_mut().insert(name, value.parse().expect("a header's value"));
    }
    response
}

/// Promises a whole picture and breaks off half-way.
fn cut() -> Response {
    let whole = png(320, 240, [240, 160, 60]);
    let half = Bytes::copy_from_slice(&whole[..whole.len() / 2]);
    let parts = stream::iter([Ok(half)]).chain(stream::once(async {
        // The first half has to be on its way: a browser that got nothing at all asks again by itself.
        tokio::time::sleep(Duration::from_millis(200)).await;
        Err(std::io::Error::other("the connection broke"))
    }));
    let body = Body::from_stream(parts);
    let mut response = paid(body, "image/png");
    response.headers_mut().insert(CONTENT_LENGTH, whole.len().into());
    response
}

pub(crate) fn reply(status: u16, kind: &'static str, body: Body) -> Response {
    Reply::builder()
        .status(StatusCode::from_u16(status).expect("a status"))
        .header(CONTENT_TYPE, kind)
        .body(body)
        .expect("a response")
}
