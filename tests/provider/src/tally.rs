//! A provider for benches of batches: it takes its time, and counts what it is asked for.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, put};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How often each picture was asked for, and refused as there were too many.
type Counts = HashMap<String, (u32, u32)>;

struct Tally {
    picture: Bytes,
    delay: Duration,
    counts: Mutex<Counts>,
    busy: Mutex<Option<Instant>>,
}

/// Serves for ever, with a picture of so many bytes after a delay; `told` gets the address once it
/// listens. `GET /asked` tells for each picture how often it was asked for and paid, and how often
/// refused; after `PUT /busy/60` each request is refused with 429 for a minute.
pub async fn serve_tally(
    listen: SocketAddr,
    size: usize,
    delay: Duration,
    told: impl FnOnce(SocketAddr),
) {
    let listener = tokio::net::TcpListener::bind(listen).await;
    let listener = listener.unwrap_or_else(|error| panic!("cannot listen on {listen}: {error}"));
    told(listener.local_addr().expect("its address"));
    // It only has to begin as a picture does, and cannot be packed, as a picture cannot.
    let side = u32::try_from(size / 3).unwrap_or(u32::MAX).isqrt() + 1;
    let mut picture = crate::noise(side, side);
    picture.truncate(size);
    let (counts, busy) = Default::default();
    let tally = Arc::new(Tally { picture: picture.into(), delay, counts, busy });
    let app = Router::new()
        .route("/asked", get(asked))
        .route("/busy/{seconds}", put(be_busy))
        .fallback(answer)
        .with_state(tally);
    axum::serve(listener, app).await.expect("the provider serves");
}

async fn asked(State(tally): State<Arc<Tally>>) -> Response {
    let counts = tally.counts.lock().unwrap();
    let counts: Value = counts.iter().map(|(name, counts)| (name.clone(), json!(counts))).collect();
    ([(CONTENT_TYPE, "application/json")], counts.to_string()).into_response()
}

async fn be_busy(State(tally): State<Arc<Tally>>, Path(seconds): Path<u64>) -> StatusCode {
    *tally.busy.lock().unwrap() = Some(Instant::now() + Duration::from_secs(seconds));
    StatusCode::NO_CONTENT
}

async fn answer(State(tally): State<Arc<Tally>>, request: Request) -> Response {
    // Half a request is none.
    let Ok(body) = to_bytes(request.into_body(), 256 << 20).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let name = body["image"].as_str().unwrap_or_default().to_owned();
    let busy = tally.busy.lock().unwrap().is_some_and(|until| Instant::now() < until);
    {
        let mut counts = tally.counts.lock().unwrap();
        let (paid, refused) = counts.entry(name).or_default();
        *(if busy { refused } else { paid }) += 1;
    }
    if busy {
        return (StatusCode::TOO_MANY_REQUESTS, Body::from(r#"{"error":"Rate limit exceeded"}"#))
            .into_response();
    }
    tokio::time::sleep(tally.delay).await;
    let cost = HeaderName::from_static("x-cost");
    ([(CONTENT_TYPE, "image/png"), (cost, "0.05")], tally.picture.clone()).into_response()
}
