//! Batches: many photos with the same parameters, handed over at once and collected later.
//!
//! A batch's items wait in a queue beside the journal. A worker takes one, makes its call under the
//! item's own key, so that the journal sees to it that it is made once, and writes down how it
//! ended, once. What a worker had taken when it died is taken by another.

pub mod desk;
pub mod events;
#[cfg(feature = "redis")]
mod redis;
mod sqlite;
pub mod work;
pub mod zipped;

use crate::checked::Hash;
use crate::journal::{BATCHED, Journal, Later};
use axum::body::Bytes;
use serde::Serialize;

/// How many items are cancelled at once: others wait for it.
pub const CANCELLED: u32 = 1000;

/// The most items of one batch.
pub const MOST: u32 = 100_000;

/// A journal with a queue beside it.
pub trait Store: Journal + Batches {}

impl<T: Journal + Batches> Store for T {}

/// A batch as it is begun.
#[derive(Clone, Debug)]
pub struct New {
    pub id: String,
    /// Whom the token of its client names.
    pub owner: Option<String>,
    /// Of the request that began it.
    pub hash: Hash,
    /// What all items share: a JSON object.
    pub parameters: String,
}

/// Whether a batch was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    New,
    /// The same request has begun it before.
    Same,
    /// Another request has.
    Other,
}

/// How far a batch is. What waits may be under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub total: u32,
    pub waiting: u32,
    pub done: u32,
    pub failed: u32,
    pub uncertain: u32,
    pub cancelled: u32,
}

impl Progress {
    /// From what is there, done, failed, uncertain and cancelled: the rest waits.
    #[must_use]
    pub fn new([total, done, failed, uncertain, cancelled]: [u32; 5]) -> Self {
        let waiting = total.saturating_sub(done + failed + uncertain + cancelled);
        Self { total, waiting, done, failed, uncertain, cancelled }
    }
}

/// A batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub owner: Option<String>,
    pub progress: Progress,
}

/// How an item ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Done,
    /// With the status and the words of the failure.
    Failed(u16, String),
    /// It was sent, and what became of it is not known.
    Uncertain(String),
    /// It was not wanted any more before it was sent.
    Cancelled,
}

/// An item; without an end it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub number: u32,
    /// How often it was sent again under a new key.
    pub again: u32,
    pub end: Option<End>,
}

/// An item that was taken from the queue.
#[derive(Clone, Debug)]
pub struct Task {
    pub batch: String,
    pub number: u32,
    /// Its own part of the request: a JSON object.
    pub input: Bytes,
    pub parameters: String,
    /// Its place in the queue.
    pub place: String,
    /// How often it was sent again under a new key.
    pub again: u32,
    /// Whether another worker had taken it, and died.
    pub taken_over: bool,
    /// Whether it was cancelled after that.
    pub unwanted: bool,
}

/// Where batches are kept. What is asked twice, as after a broken connection, is done once.
pub trait Batches: Send + Sync + 'static {
    /// Begins a batch without items.
    fn begin(&self, new: New) -> Later<'_, Begun>;

    /// A batch.
    fn batch(&self, id: &str) -> Later<'_, Option<Batch>>;

    /// Adds items, each with its number and its own part of the request. A number that is there
    /// stays as it is.
    fn add(&self, id: &str, items: Vec<(u32, Bytes)>) -> Later<'_, ()>;

    /// So many items from a number on, as far as they are there.
    fn items(&self, id: &str, from: u32, count: u32) -> Later<'_, Vec<Item>>;

    /// Takes up to so many items from the queue: new ones, and those of workers that died.
    fn take(&self, count: usize) -> Later<'_, Vec<Task>>;

    /// Says that a worker is still at these.
    fn hold(&self, places: Vec<String>) -> Later<'_, ()>;

    /// Writes down how an item ended, if that is not written yet, and takes it from the queue.
    fn end(&self, task: &Task, end: End) -> Later<'_, ()>;

    /// Whether an item that was taken is still to be sent: not once it is cancelled.
    fn is_wanted(&self, task: &Task) -> Later<'_, bool>;

    /// Puts an item that ended without a picture into the queue once more; `anew` under a new key,
    /// as its call under the last one may have been billed.
    fn again(&self, id: &str, number: u32, anew: bool) -> Later<'_, ()>;

    /// Cancels so many items from a number on, as far as they wait. One that a worker has taken
    /// comes to its end with that worker.
    fn cancel(&self, id: &str, from: u32, count: u32) -> Later<'_, ()>;

    /// Forgets a batch and its pictures.
    fn forget(&self, id: &str) -> Later<'_, ()>;

    /// How many bytes the pictures of all batches take.
    fn bytes(&self) -> Later<'_, u64>;

    /// How many items wait in all.
    fn waiting(&self) -> Later<'_, u64>;
}

/// The journal's key of an item's call: another one each time that it is sent again although it may
/// have been billed.
#[must_use]
pub fn key(id: &str, number: u32, again: u32) -> String {
    match again {
        0 => format!("{BATCHED}{id}{BATCHED}{number}"),
        again => format!("{BATCHED}{id}{BATCHED}{number}{BATCHED}{again}"),
    }
}
