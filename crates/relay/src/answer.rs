//! Without a key: the engine makes the picture here, a few at a time.

use crate::body;
use crate::failed::Failed;
use crate::metrics::Metrics;
use crate::order::Order;
use crate::trace;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use backdrop_contract::{ENGINE_HEADER, LOOK_HEADER};
use backdrop_engine::{Engine, Picture, Refusal};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinError;

/// The largest request in bytes: 40 MiB, about 30 MB of photo as base64.
pub const LARGEST: usize = 40 << 20;

/// How many pictures are made at once. One takes all cores for most of its time; the second uses
/// them while the first decodes or writes a file, which takes one core.
pub const TURNS: usize = 2;

/// How many requests may wait for their turn.
pub const WAITING: usize = 8;

/// The engine, and who may use it when.
///
/// What bounds its memory: each place holds a body, of 40 MiB at most, so 400 MiB together. Each
/// turn adds one picture: 0.2 GB for a photo of 12 megapixels, and for the worst that is taken
/// (photo and reference of 64 megapixels, 16 bits a channel) 1.1 GB, or 1.6 GB if they must be
/// turned upright. All in all that is below 4 GB, and about 1 GB with the photos that people have; the
/// full network takes 0.25 GB more.
/// A picture that is made counts no more, while its client fetches it.
#[derive(Clone)]
pub struct Answering {
    engine: Arc<Engine>,
    /// One for each request that is here: at work, waiting, or still arriving.
    places: Arc<Semaphore>,
    /// One for each picture that is being made.
    turns: Arc<Semaphore>,
    metrics: Metrics,
}

impl Answering {
    /// An engine with all places free.
    #[must_use]
    pub fn new(engine: Engine, metrics: Metrics) -> Self {
        Self {
            metrics,
            engine: Arc::new(engine),
            places: Arc::new(Semaphore::new(TURNS + WAITING)),
            turns: Arc::new(Semaphore::new(TURNS)),
        }
    }

    /// Makes a picture from a request's body.
    ///
    /// # Errors
    /// 429 when too many wait, 4xx for what is wrong with the request or its photo, 500 for a
    /// fault of the engine's.
    pub async fn answer(&self, body: Body) -> Result<Response, Failed> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let text = format!("{WAITING} requests are waiting already; try again in a moment");
            Failed::limited(text, 5)
        })?;
        let waiting = self.metrics.engine_waiting();
        let body = body::read(body, LARGEST).await?;
        // Before anything is made of the body: what waits is bodies, and nothing else.
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(closed)?;
        drop(waiting);
        let engine = Arc::clone(&self.engine);
        let metrics = self.metrics.clone();
        let span = trace::engine();
        at_work([place, turn], move || {
            let _span = span.entered();
            let _busy = metrics.engine_busy();
            let order = Order::read(&body)?;
            drop(body);
            let started = Instant::now();
            let picture = engine.answer(&order.job()).map_err(|refusal| refused(&refusal))?;
            metrics.engine_took(started.elapsed());
            response(engine.network(), picture, order.seed(), started.elapsed())
        })
        .await
    }
}

/// Runs where it holds up no other request. The permits end with the work, even when nobody waits
/// for it any more.
async fn at_work<T: Send + 'static>(
    permits: [OwnedSemaphorePermit; 2],
    work: impl FnOnce() -> Result<T, Failed> + Send + 'static,
) -> Result<T, Failed> {
    tokio::task::spawn_blocking(move || {
        let _permits = permits;
        work()
    })
    .await
    .map_err(|error| crashed(&error))?
}

fn response(
    network: &str,
    picture: Picture,
    seed: u64,
    took: Duration,
) -> Result<Response, Failed> {
    let length = picture.bytes.len();
    let mut response = Response::new(Body::from(picture.bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    for (name, value) in [
        (header::CONTENT_TYPE, picture.format.mime().to_owned()),
        (HeaderName::from_static(ENGINE_HEADER), network.to_owned()),
        (HeaderName::from_static("x-generation-time"), format!("{:.2}", took.as_secs_f64())),
        (HeaderName::from_static("x-seed-value"), seed.to_string()),
        (HeaderName::from_static(LOOK_HEADER), picture.look.unwrap_or_default().to_owned()),
    ] {
        if !value.is_empty() {
            let value = HeaderValue::try_from(value)
                .map_err(|_| Failed::own_fault("the reply cannot be written"))?;
            headers.insert(name, value);
        }
    }
    Ok(response)
}

fn refused(refusal: &Refusal) -> Failed {
    let status = match refusal {
        Refusal::Unsupported { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Refusal::Broken { .. } => StatusCode::BAD_REQUEST,
        Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::Network(_) => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Failed::new(status, refusal.to_string())
}

fn crashed(error: &JoinError) -> Failed {
    tracing::error!("the engine crashed: {error}");
    Failed::own_fault("the engine crashed on this request")
}

/// None: the semaphore is never closed.
fn closed(_: AcquireError) -> Failed {
    Failed::own_fault("the relay is stopping")
}

#[cfg(test)]
mod tests {
    use super::*;
    use backdrop_contract::Format;

    #[test]
    fn a_picture_becomes_a_reply() {
        let picture = |look| Picture {
            bytes: b"jpeg".into(),
            format: Format::Jpeg,
            width: 1,
            height: 1,
            look,
        };
        let took = Duration::from_millis(1256);
        let with_look = response("u2netp", picture(Some("marble")), 7, took).unwrap();
        for (name, value) in [
            ("content-type", "image/jpeg"),
            ("content-length", "4"),
            ("x-backdrop-engine", "u2netp"),
            ("x-backdrop-look", "marble"),
            ("x-generation-time", "1.26"),
            ("x-seed-value", "7"),
        ] {
            assert_eq!(with_look.headers()[name], value, "{name}");
        }
        let plain = response("u2netp", picture(None), 7, took).unwrap();
        assert!(!plain.headers().contains_key(LOOK_HEADER));
    }

    #[test]
    fn each_refusal_has_its_status() {
        let what = "the photo";
        let (megapixels, most) = (200, 100);
        for (refusal, status) in [
            (Refusal::Unsupported { what, found: None }, 415),
            (Refusal::Broken { what, why: "cut off".into() }, 400),
            (Refusal::TooLarge { what, megapixels, most }, 413),
            (Refusal::Network("damaged".into()), 500),
        ] {
            assert_eq!(refused(&refusal).status.as_u16(), status, "{refusal}");
        }
    }

    #[tokio::test]
    async fn a_panic_of_the_engine_is_a_reply_without_its_words_and_gives_the_turn_back() {
        let all = Arc::new(Semaphore::new(2));
        let permits = [(); 2].map(|()| Arc::clone(&all).try_acquire_owned().unwrap());
        let failed = at_work::<()>(permits, || panic!("at pixel 7")).await.unwrap_err();
        assert_eq!(failed.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!failed.text.contains("pixel"));
        assert_eq!(all.available_permits(), 2);
    }
}
