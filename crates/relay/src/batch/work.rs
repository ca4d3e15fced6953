//! Works batches off: takes items, has their calls made, writes down how they ended.

use super::{End, Store, Task, key};
use crate::app::Answers;
use crate::call::Calling;
use crate::desk::Desk;
use crate::failed::{Failed, RESET};
use crate::journal::Broken;
use crate::once::Made;
use crate::rules::Rules;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use backdrop_contract::Failure;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How often an empty queue is looked at.
const LOOKED_EACH: Duration = Duration::from_millis(300);

/// How often it is said that a worker is still at its items.
const HELD_EACH: Duration = Duration::from_secs(4);

/// How often a call that definitely failed is made in all, where that may pass.
const TRIES: u32 = 8;

/// How often it is looked whether there is room for more pictures.
const ROOM_EACH: Duration = Duration::from_secs(1);

/// How long a call is waited for whose end is not known: another worker, cut off from the store
/// for a while, may be about to write it down.
const UNCERTAIN: Duration = Duration::from_secs(20);

/// The longest pause after a provider's 429.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Works one queue off.
pub struct Worker {
    desk: Desk,
    store: Arc<dyn Store>,
    slots: Arc<Semaphore>,
    at_once: usize,
    /// No call is made before that.
    pause: Mutex<Instant>,
    held: Mutex<HashSet<String>>,
    room: Mutex<Room>,
}

/// Whether there was room for more pictures when it was last looked.
struct Room {
    is_full: bool,
    looked: Option<Instant>,
}

impl Worker {
    /// One that makes so many calls at once.
    #[must_use]
    pub fn new(desk: Desk, store: Arc<dyn Store>, at_once: usize) -> Arc<Self> {
        Arc::new(Self {
            desk,
            store,
            slots: Arc::new(Semaphore::new(at_once)),
            at_once,
            pause: Mutex::new(Instant::now()),
            held: Mutex::default(),
            room: Mutex::new(Room { is_full: false, looked: None }),
        })
    }

    /// Works until it is told to stop; calls that run are waited for then.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let holding = tokio::spawn(hold(Arc::clone(&self)));
        let mut running = JoinSet::new();
        loop {
            let next = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                next = self.next() => next,
            };
            while running.try_join_next().is_some() {}
            for (task, slot) in next {
                let (worker, stop) = (Arc::clone(&self), stop.clone());
                running.spawn(async move {
                    worker.held().insert(task.place.clone());
                    tokio::spawn(Arc::clone(&worker).work(task.clone(), slot, stop))
                        .await
                        .unwrap_or_else(|error| tracing::error!("an item crashed: {error}"));
                    worker.held().remove(&task.place);
                });
            }
        }
        while running.join_next().await.is_some() {}
        holding.abort();
    }

    /// The next items, each with its place among those that run.
    async fn next(&self) -> Vec<(Task, OwnedSemaphorePermit)> {
        let mut told = false;
        loop {
            tokio::time::sleep_until(self.pause_ends()).await;
            let Ok(first) = Arc::clone(&self.slots).acquire_owned().await else {
                return Vec::new();
            };
            let free = self.slots.available_permits().min(self.at_once);
            let mut slots = vec![first];
            slots.extend((0..free).map_while(|_| Arc::clone(&self.slots).try_acquire_owned().ok()));
            match self.take(slots.len()).await {
                Ok(tasks) if !tasks.is_empty() => return tasks.into_iter().zip(slots).collect(),
                Ok(_) => {}
                Err(broken) => {
                    if !std::mem::replace(&mut told, true) {
                        tracing::error!("{broken}; looking again until it is there");
                    }
                }
            }
            drop(slots);
            tokio::time::sleep(LOOKED_EACH).await;
        }
    }

    /// Takes items, as long as there is room for their pictures.
    async fn take(&self, count: usize) -> Result<Vec<Task>, Broken> {
        if self.is_full().await? {
            return Ok(Vec::new());
        }
        let tasks = self.store.take(count).await?;
        let taken_over = tasks.iter().filter(|task| task.taken_over).count();
        if taken_over > 0 {
            tracing::warn!("took over {taken_over} photos of a worker that died");
        }
        Ok(tasks)
    }

    /// Whether the pictures of batches take all that they may: what is paid for is kept, so nothing
    /// more is.
    async fn is_full(&self) -> Result<bool, Broken> {
        let room = || self.room.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let room = room();
            if room.looked.is_some_and(|looked| looked.elapsed() < ROOM_EACH) {
                return Ok(room.is_full);
            }
        }
        let most = self.desk.terms().room;
        let is_full = self.store.bytes().await? >= most;
        let mut room = room();
        if is_full && !room.is_full {
            tracing::warn!(
                "pictures of batches take {most} bytes, all that --keep-bytes leaves for them: no \
                 further photo is begun until a batch is deleted, or too old"
            );
        }
        *room = Room { is_full, looked: Some(Instant::now()) };
        Ok(is_full)
    }

    async fn work(
        self: Arc<Self>,
        task: Task,
        slot: OwnedSemaphorePermit,
        mut stop: watch::Receiver<bool>,
    ) {
        let end = tokio::select! {
            end = self.bring(&task, slot) => end,
            // Only what waits for a pause to end is left; what runs has its own end.
            () = self.stopped_while_waiting(&mut stop) => return,
        };
        if let Err(broken) = self.store.end(&task, end).await {
            // Whoever takes it next finds the answer in the journal.
            tracing::error!("an item's end could not be written: {broken}");
        }
    }

    async fn stopped_while_waiting(&self, stop: &mut watch::Receiver<bool>) {
        let _ = stop.wait_for(|stop| *stop).await;
        while self.pause_ends() <= Instant::now() {
            tokio::time::sleep(LOOKED_EACH).await;
        }
    }

    /// Has an item's call made, however often it may be tried.
    async fn bring(&self, task: &Task, slot: OwnedSemaphorePermit) -> End {
        let body = match body(task) {
            Ok(body) => body,
            Err(failed) => return End::Failed(failed.status.as_u16(), failed.text),
        };
        let key = key(&task.batch, task.number, task.again);
        let mut tries = 0;
        // It has just been taken; after a while it may have been cancelled.
        let mut wanted = !task.unwanted && self.pause_ends() <= Instant::now();
        loop {
            tokio::time::sleep_until(self.pause_ends()).await;
            if !std::mem::take(&mut wanted) {
                match self.is_wanted(task, &key).await {
                    Ok(true) => {}
                    Ok(false) => return End::Cancelled,
                    Err(_) => {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        continue;
                    }
                }
            }
            let made = self.desk.make(key.clone(), Body::from(body.clone())).await;
            tries += 1;
            match judge(made) {
                Next::Lost(text) => {
                    // Nothing is sent any more: others need not wait.
                    drop(slot);
                    return self.found(&key).await.unwrap_or(End::Uncertain(text));
                }
                Next::End(end) => return end,
                Next::Pause(pause) => {
                    tries -= 1;
                    let until = Instant::now() + pause;
                    let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
                    *pause = until.max(*pause);
                }
                Next::Again(status, text) if tries >= TRIES => return End::Failed(status, text),
                Next::Again(..) => {
                    tokio::time::sleep(Duration::from_secs(1 << tries.min(6)) / 2).await;
                }
                Next::Store => {
                    tries -= 1;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    /// Whether an item is to be brought to its end: also one that was cancelled, if it was sent.
    async fn is_wanted(&self, task: &Task, key: &str) -> Result<bool, Broken> {
        Ok(self.store.is_wanted(task).await? || self.store.find(key).await?.is_some())
    }

    /// The answer of a call whose end was not known, if it comes yet.
    async fn found(&self, key: &str) -> Option<End> {
        let until = Instant::now() + UNCERTAIN;
        while Instant::now() < until {
            if matches!(self.store.find(key).await, Ok(Some(entry)) if entry.answer.is_some()) {
                return Some(End::Done);
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        None
    }

    fn pause_ends(&self) -> Instant {
        *self.pause.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, HashSet<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn hold(worker: Arc<Worker>) {
    loop {
        tokio::time::sleep(HELD_EACH).await;
        let places: Vec<String> = worker.held().iter().cloned().collect();
        if !places.is_empty()
            && let Err(broken) = worker.store.hold(places).await
        {
            tracing::warn!("{broken}");
        }
    }
}

/// What follows from how a call went.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    End(End),
    /// It was sent, by this worker or another, and its answer is not here.
    Lost(String),
    /// A limit: no call at all is made for a while.
    Pause(Duration),
    /// It may go well another time.
    Again(u16, String),
    /// The journal is out of reach, and nothing was sent.
    Store,
}

fn judge(made: Result<Made, Failed>) -> Next {
    let (status, text, own, headers) = match made {
        Ok(made) if made.status.is_success() => return Next::End(End::Done),
        Ok(made) => {
            let text = String::from_utf8_lossy(&made.text).into_owned();
            (made.status, text, None, made.headers)
        }
        Err(failed) => (failed.status, failed.text, Some(failed.retry_after), HeaderMap::new()),
    };
    let text: String = text.chars().take(Failure::LONGEST_TEXT).collect();
    match (status, own) {
        (StatusCode::TOO_MANY_REQUESTS, Some(seconds)) => {
            // The day's budget may be raised before the day ends.
            let seconds = u64::from(seconds.unwrap_or(5));
            Next::Pause(Duration::from_secs(seconds).min(LONGEST_PAUSE))
        }
        (StatusCode::TOO_MANY_REQUESTS, None) => Next::Pause(pause(&headers)),
        (StatusCode::SERVICE_UNAVAILABLE, Some(_)) => Next::Store,
        (StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT, None) => {
            Next::End(End::Uncertain(text))
        }
        (StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT, Some(_)) => Next::Lost(text),
        (status, _) if status.is_server_error() => Next::Again(status.as_u16(), text),
        (status, _) => Next::End(End::Failed(status.as_u16(), text)),
    }
}

/// How long a provider wants to be left alone: by `Retry-After`, else until its reset.
fn pause(headers: &HeaderMap) -> Duration {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let after = text(header::RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
    let reset = || {
        let reset = text(RESET)?;
        let seconds = reset.parse().ok().map(|at| SystemTime::UNIX_EPOCH + Duration::from_secs(at));
        let at = seconds.or_else(|| humantime::parse_rfc3339_weak(reset).ok())?;
        at.duration_since(SystemTime::now()).ok()
    };
    let pause = after.map(Duration::from_secs).or_else(reset).unwrap_or(Duration::from_secs(5));
    pause.clamp(Duration::from_secs(1), LONGEST_PAUSE)
}

/// An item's whole request: what all share, and its own part.
fn body(task: &Task) -> Result<Bytes, Failed> {
    let unread = |_| Failed::bad("the item cannot be read");
    let mut all: Map<String, Value> = serde_json::from_str(&task.parameters).map_err(unread)?;
    let own: Map<String, Value> = serde_json::from_slice(&task.input).map_err(unread)?;
    all.extend(own);
    Ok(Value::Object(all).to_string().into())
}

impl Desk {
    /// Makes an item's call under its key.
    ///
    /// # Errors
    /// As [`Once::make`](crate::once::Once::make).
    async fn make(&self, key: String, body: Body) -> Result<Made, Failed> {
        let (answers, rules): (&Arc<Answers>, Option<Arc<Rules>>) = (self.answers(), self.rules());
        let (mut parts, ()) = Request::new(()).into_parts();
        let kind = header::HeaderValue::from_static("application/json");
        parts.headers.insert(header::CONTENT_TYPE, kind);
        let terms = self.terms();
        let calling = Calling {
            answers: Arc::clone(answers),
            journal: Arc::clone(self.once().journal()),
            parts,
            rules,
            budget: terms.budget,
            most: u64::MAX,
            patience: terms.patience,
            noted: true,
            // What runs at once is bounded by the worker's own slots.
            place: Arc::new(Semaphore::new(1))
                .try_acquire_owned()
                .map_err(|_| Failed::own_fault("no place for an item"))?,
        };
        self.once().make(key, body, calling).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, headers: &[(&'static str, &str)]) -> Next {
        let headers = headers.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap()));
        let headers: HeaderMap<header::HeaderValue> = headers
            .collect::<Vec<(header::HeaderName, header::HeaderValue)>>()
            .into_iter()
            .collect();
        let status = StatusCode::from_u16(status).unwrap();
        judge(Ok(Made { status, headers, text: Bytes::from_static(b"why") }))
    }

    #[test]
    fn what_may_pass_is_tried_again_and_what_is_uncertain_never() {
        assert_eq!(said(200, &[]), Next::End(End::Done));
        assert_eq!(said(422, &[]), Next::End(End::Failed(422, "why".into())));
        assert_eq!(said(502, &[]), Next::Again(502, "why".into()));
        assert_eq!(said(503, &[]), Next::Again(503, "why".into()));
        assert_eq!(said(504, &[]), Next::End(End::Uncertain("why".into())));
        assert_eq!(judge(Err(Failed::uncertain("why"))), Next::Lost("why".into()));
        assert_eq!(judge(Err(Failed::unavailable("", 30))), Next::Store);
        assert_eq!(judge(Err(Failed::limited("", 9))), Next::Pause(Duration::from_secs(9)));
    }

    #[test]
    fn a_provider_says_how_long_to_wait() {
        assert_eq!(said(429, &[("retry-after", "7")]), Next::Pause(Duration::from_secs(7)));
        assert_eq!(said(429, &[("retry-after", "700")]), Next::Pause(LONGEST_PAUSE));
        assert_eq!(said(429, &[]), Next::Pause(Duration::from_secs(5)));
        let past = [("x-rate-limit-reset-at-utc", "1000")];
        assert_eq!(said(429, &past), Next::Pause(Duration::from_secs(5)));
    }
}
