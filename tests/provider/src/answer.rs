use crate::picture::png;
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
    /// Another answer after a while, for progress and for cancelling.
    After(Duration, Box<Answer>),
}

impl Answer {
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

    pub(super) async fn give(mut self) -> Response {
        while let Self::After(wait, answer) = self {
            tokio::time::sleep(wait).await;
            self = *answer;
        }
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
            Self::After(..) => unreachable!("waited for above"),
        }
    }
}

fn error(status: u16, text: &str) -> Response {
    reply(status, "application/json", json!({ "error": text }).to_string().into())
}

fn paid(body: Body, kind: &'static str) -> Response {
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

fn reply(status: u16, kind: &'static str, body: Body) -> Response {
    Reply::builder()
        .status(StatusCode::from_u16(status).expect("a status"))
        .header(CONTENT_TYPE, kind)
        .body(body)
        .expect("a response")
}
