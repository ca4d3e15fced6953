//! What was sent and what came back, kept so that nothing is paid for twice.
//!
//! A call is written down before its request is complete at the provider, together with its share
//! of the day's budget; its answer before the client has the last of it. A call without an answer
//! that nobody is waiting for any more is uncertain: it may have been billed.
//!
//! Several processes may share one ([`Redis`], or [`Sqlite`] on one machine). Each says that it
//! lives ([`Journal::beat`]); a call of one that lives is not uncertain yet.

pub mod place;
#[cfg(feature = "redis")]
pub mod redis;
pub(crate) mod sqlite;
#[cfg(test)]
mod tests;

#[cfg(feature = "redis")]
pub use redis::Redis;
pub use sqlite::{NotOpened, Sqlite};

use crate::checked::Hash;
use crate::failed::Failed;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::num::NonZeroU32;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a journal's methods return: each may wait for a disk, or for another machine.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, Broken>> + Send + 'a>>;

/// The journal could not be read or written.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the journal failed: {0}")]
pub struct Broken(pub String);

/// The number of a call.
pub type Number = i64;

/// A call's place in the journal and in the budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// None for a call without a key: it only counts.
    pub number: Option<Number>,
    /// The day that it counts for: whole days since 1970, UTC.
    pub day: i64,
    /// What was set aside for it.
    pub reserved: Credits,
    /// Whether that is what such a call has cost before.
    pub price_known: bool,
    /// Tells it from every other ticket: one that is corrected twice is corrected once.
    pub mark: i64,
}

/// What is written down before a call.
#[derive(Clone, Debug)]
pub struct Call {
    /// None for a call that nobody can ask for again.
    pub key: Option<String>,
    pub hash: Hash,
    pub budget: Budget,
}

/// Millionths of the provider's credits: sums of them stay exact.
pub type Credits = i64;

/// What may be spent in a day, from midnight to midnight UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    pub calls: Option<u32>,
    pub credits: Option<Credits>,
}

/// Why a call was not written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spent {
    /// The day's budget is used up.
    Day,
    /// What is left is set aside for calls whose price is not known yet.
    Waiting,
    /// Another process has sent a call under this key.
    Taken,
}

/// What is known of a key.
#[derive(Clone, Debug)]
pub struct Entry {
    pub number: Number,
    pub hash: Hash,
    /// None: it was sent, and no whole answer came.
    pub answer: Option<Head>,
    /// Whether another process that lives is at it, if no answer came.
    pub elsewhere: bool,
}

/// An answer without its body.
#[derive(Clone, Debug)]
pub struct Head {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Pieces of the body.
    pub pieces: usize,
    /// The body's length in bytes.
    pub length: u64,
}

/// How long answers are kept, and how much of them.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    pub age: Duration,
    pub bytes: u64,
}

impl Keep {
    /// How much of that pictures of batches may take. The rest is for other answers, however many
    /// photos are handed over.
    #[must_use]
    pub fn of_batches(self) -> u64 {
        self.bytes / 4 * 3
    }
}

/// What was spent today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Today {
    pub calls: u32,
    pub credits: Credits,
}

/// Where calls are written down. All of it holds at once or not at all, also when the process is
/// killed.
pub trait Journal: Send + Sync + 'static {
    /// What is known of a key.
    fn find(&self, key: &str) -> Later<'_, Option<Entry>>;

    /// Writes a call down and takes its share of the budget, or does neither.
    fn send(&self, call: Call) -> Later<'_, Result<Ticket, Spent>>;

    /// Keeps one piece of an answer.
    fn piece(&self, number: Number, at: usize, bytes: Bytes) -> Later<'_, ()>;

    /// The answer is whole: keeps its last piece, if there is one more, and its head. Corrects the
    /// budget by what it did cost, where that is told.
    fn settle(
        &self,
        ticket: Ticket,
        head: Head,
        last: Option<Bytes>,
        cost: Option<Credits>,
    ) -> Later<'_, ()>;

    /// The call has definitely failed: gives its share back, but for what it did cost, and frees
    /// its key.
    fn undo(&self, ticket: Ticket, cost: Option<Credits>) -> Later<'_, ()>;

    /// Nobody will know what became of the call. It stays written down and counted; what was set
    /// aside for it is given back where that was no price but all that was left.
    fn give_up(&self, ticket: Ticket) -> Later<'_, ()>;

    /// One piece of an answer, if it is still there.
    fn read(&self, number: Number, at: usize) -> Later<'_, Option<Bytes>>;

    /// Forgets what is too old or too much, but for these.
    fn prune(&self, keep: Keep, but: Vec<Number>) -> Later<'_, ()>;

    /// What was spent today, what is set aside included.
    fn today(&self) -> Later<'_, Today>;

    /// Whether other processes may use it at the same time.
    fn is_shared(&self) -> bool {
        false
    }

    /// Says that this process lives. One that has not for [`ALIVE`] is taken for dead.
    fn beat(&self) -> Later<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Counts one request of a client for all processes together, so many a minute for each client
    /// and for all; the seconds to wait where it may not pass. None where each process counts by
    /// itself.
    fn pass(
        &self,
        _client: &str,
        _each: Option<NonZeroU32>,
        _all: Option<NonZeroU32>,
    ) -> Option<Later<'_, Result<(), Wait>>> {
        None
    }
}

/// How long a process is believed to live after it has said so, in the store's time.
pub const ALIVE: Duration = Duration::from_secs(15);

/// How often it says so.
pub const BEAT: Duration = Duration::from_secs(3);

/// What a request must wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub seconds: u32,
    /// Whether it is for the client's own limit, or for that of all.
    pub own: bool,
}

/// What begins no client's key: keys of a batch's items do, and answers of those are forgotten with
/// their batch.
pub const BATCHED: char = '\n';

impl Entry {
    /// That it may have been paid for, in words.
    #[must_use]
    pub fn uncertain() -> Failed {
        Failed::uncertain(
            "this request was sent to the provider and its answer was lost; it may have been \
             billed, and it is not sent again under the same key",
        )
    }
}

impl From<Broken> for Failed {
    fn from(broken: Broken) -> Self {
        tracing::error!("{broken}");
        Self::unavailable("the relay cannot write its journal; nothing was sent or billed", 30)
    }
}

impl From<Spent> for Failed {
    fn from(spent: Spent) -> Self {
        match spent {
            Spent::Day => {
                Self::limited("this relay's budget for today is used up", until_midnight())
            }
            Spent::Waiting => {
                let text = "what is left of today's budget is set aside for a running request";
                Self::limited(text, 10)
            }
            Spent::Taken => Self::unavailable("another relay has begun this request; ask again", 1),
        }
    }
}

/// What an answer says that it did cost.
#[must_use]
pub fn cost(headers: &HeaderMap) -> Option<Credits> {
    headers.get("x-cost").and_then(|cost| cost.to_str().ok()).and_then(credits)
}

/// The seconds until a day's budget begins anew.
#[must_use]
pub fn until_midnight() -> u32 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    u32::try_from(DAY - now % DAY).unwrap_or(u32::MAX)
}

/// A day in seconds.
const DAY: u64 = 24 * 60 * 60;

/// Credits from decimal text.
#[must_use]
pub fn credits(text: &str) -> Option<Credits> {
    let credits =
        text.trim().parse::<f64>().ok().filter(|credits| (0.0..1e12).contains(credits))?;
    #[expect(clippy::cast_possible_truncation, reason = "far below the largest")]
    Some((credits * 1e6).round() as Credits)
}

/// Headers as they are kept: a JSON list of pairs.
fn headers_to_text(headers: &HeaderMap) -> String {
    let pairs: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
        .collect();
    serde_json::json!(pairs).to_string()
}

fn headers_from_text(text: &str) -> HeaderMap {
    let pairs: Vec<(String, String)> = serde_json::from_str(text).unwrap_or_default();
    let pairs = pairs.into_iter().filter_map(|(name, value)| {
        Some((name.parse::<HeaderName>().ok()?, HeaderValue::try_from(value).ok()?))
    });
    pairs.collect()
}
