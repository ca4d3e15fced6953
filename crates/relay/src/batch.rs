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
}

/// An item; without an end it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub number: u32,
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

    /// How many items wait in all.
    fn waiting(&self) -> Later<'_, u64>;
}

/// The journal's key of an item's call.
#[must_use]
pub fn key(id: &str, number: u32) -> String {
    format!("{BATCHED}{id}{BATCHED}{number}")
}
