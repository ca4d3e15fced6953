//! How often, and how many at once.

use crate::client::Client;
use crate::failed::Failed;
use crate::journal::{Journal, Wait};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// After so many requests, clients that were not seen for a while are forgotten.
const SWEEP: u32 = 1024;

const TOO_MANY: &str = "you have sent too many requests";
const TOO_MANY_OF_ALL: &str = "too many requests for this relay";

/// The limits that hold for requests to the endpoint, whatever becomes of them.
pub struct Limits {
    most: [Option<NonZeroU32>; 2],
    each: Option<DefaultKeyedRateLimiter<String>>,
    all: Option<DefaultDirectRateLimiter>,
    at_once: Arc<Semaphore>,
    asked: AtomicU32,
}

impl Limits {
    /// So many requests a minute for each client and for all together; so many at once.
    #[must_use]
    pub fn new(each: Option<NonZeroU32>, all: Option<NonZeroU32>, at_once: usize) -> Self {
        Self {
            most: [each, all],
            each: each.map(|most| RateLimiter::keyed(Quota::per_minute(most))),
            all: all.map(|most| RateLimiter::direct(Quota::per_minute(most))),
            at_once: Arc::new(Semaphore::new(at_once)),
            asked: AtomicU32::new(0),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// 429 with the time of the next one that may pass.
    pub fn count(&self, client: &Client) -> Result<(), Failed> {
        if let Some(each) = &self.each {
            if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
                each.retain_recent();
            }
            each.check_key(&client.name).map_err(|until| too_many(TOO_MANY, &until))?;
        }
        if let Some(all) = &self.all {
            all.check().map_err(|until| too_many(TOO_MANY_OF_ALL, &until))?;
        }
        Ok(())
    }

    /// Counts one request, for all relays together where they share a journal.
    ///
    /// # Errors
    /// As [`count`](Self::count); 503 when the journal is out of reach.
    pub async fn pass(&self, client: &Client, journal: &dyn Journal) -> Result<(), Failed> {
        let [each, all] = self.most;
        if each.or(all).is_none() {
            return Ok(());
        }
        let Some(passed) = journal.pass(&client.name, each, all) else {
            return self.count(client);
        };
        passed.await?.map_err(|Wait { seconds, own }| {
            let what = if own { TOO_MANY } else { TOO_MANY_OF_ALL };
            Failed::limited(format!("{what}; try again in {seconds} s"), seconds)
        })
    }

    /// A place among those that run at once.
    ///
    /// # Errors
    /// 429 when all are taken.
    pub fn place(&self) -> Result<OwnedSemaphorePermit, Failed> {
        Arc::clone(&self.at_once).try_acquire_owned().map_err(|_| {
            Failed::limited("too many requests are running already; try again in a moment", 5)
        })
    }
}

fn too_many(
    what: &str,
    until: &NotUntil<<DefaultClock as governor::clock::Clock>::Instant>,
) -> Failed {
    let wait = until.wait_time_from(DefaultClock::default().now());
    let seconds = (wait + Duration::from_millis(999)).as_secs().max(1);
    Failed::limited(
        format!("{what}; try again in {seconds} s"),
        u32::try_from(seconds).unwrap_or(u32::MAX),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(name: &str) -> Client {
        Client { name: name.to_owned(), owner: None }
    }

    #[test]
    fn exactly_so_many_pass_however_many_ask_at_once() {
        let limits = Limits::new(NonZeroU32::new(10), NonZeroU32::new(15), 2);
        let passed = |name: &'static str| {
            let ask = || (0..25).filter(|_| limits.count(&client(name)).is_ok()).count();
            std::thread::scope(|scope| {
                let all: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
                all.into_iter().map(|one| one.join().unwrap()).sum::<usize>()
            })
        };
        assert_eq!(passed("a"), 10);
        // Five are left for everybody.
        assert_eq!(passed("b"), 5);
        let failed = limits.count(&client("a")).unwrap_err();
        assert_eq!(failed.status.as_u16(), 429);
        assert!((1..=6).contains(&failed.retry_after.unwrap()), "{failed:?}");
    }

    #[test]
    fn places_come_back() {
        let limits = Limits::new(None, None, 2);
        let (first, _second) = (limits.place().unwrap(), limits.place().unwrap());
        assert_eq!(limits.place().unwrap_err().status.as_u16(), 429);
        drop(first);
        assert!(limits.place().is_ok());
        assert!((0..1000).all(|_| limits.count(&client("a")).is_ok()));
    }
}
