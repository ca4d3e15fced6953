//! Whether a request is sent again: by itself, after asking, or not.

use crate::failure::{Failure, FailureKind};
use crate::moment::Moment;

/// The header that says when a limit is over (the provider's documentation).
pub const RESET_HEADER: &str = "x-rate-limit-reset-at-utc";

/// The header that a proxy may say it in.
pub const RETRY_HEADER: &str = "retry-after";

/// Nothing waits longer by itself, in milliseconds.
pub const LONGEST_WAIT: u32 = 600_000;

/// A request is sent so often at most, the person's own press counted.
pub const MOST_TRIES: u32 = 4;

/// What follows a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is sent again after so many milliseconds.
    Wait(u32),
    /// It may have been billed: only the person can say.
    Ask,
    /// Sent as it is, it would fail again.
    Stop,
}

impl Failure {
    /// What follows this failure of the `tries`th time that a request was sent. `chance` is a random
    /// number from 0 to 1, so that many who failed together do not come back together.
    #[must_use]
    pub fn next(&self, tries: u32, chance: f64) -> Next {
        if self.kind.may_be_billed() {
            return Next::Ask;
        }
        if self.settled {
            return Next::Stop;
        }
        let base = match (self.kind, self.status) {
            // Limits are a minute long.
            (FailureKind::RateLimited, _) => 15_000,
            (FailureKind::Unavailable, _) => 1_000,
            // Often a bad value, so once.
            (FailureKind::Server, Some(500)) if tries <= 1 => 1_000,
            _ => return Next::Stop,
        };
        if tries >= MOST_TRIES {
            return Next::Stop;
        }
        // Chance only lengthens what was asked for.
        let (wait, spread) = match self.wait {
            Some(wait) => (wait.max(500), 500),
            None => {
                let wait = base << tries.saturating_sub(1);
                (wait / 2, wait / 2)
            }
        };
        if wait > LONGEST_WAIT {
            return Next::Stop;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, and is at most LONGEST_WAIT"
        )]
        let random = (f64::from(spread) * chance.clamp(0.0, 1.0)) as u32;
        Next::Wait(wait + random)
    }
}

/// How long the server wants to be left alone, in milliseconds, by either header; none if neither
/// can be read. `now` is the time in milliseconds since 1970, best by the server's own clock.
#[must_use]
pub fn wanted_wait(reset: Option<&str>, retry: Option<&str>, now: i64) -> Option<u32> {
    let moment = [reset, retry].into_iter().flatten().find_map(Moment::read)?;
    let wait = match moment {
        Moment::At(time) => time.saturating_sub(now),
        Moment::In(span) => span,
    };
    Some(u32::try_from(wait.max(0)).unwrap_or(u32::MAX))
}

/// How long to wait before a job is asked about again, in milliseconds; `asked` counts how often it
/// was.
#[must_use]
pub fn poll_after(asked: u32) -> u32 {
    // A half more each time. Pictures take 8 to 20 seconds.
    [700, 1_000, 1_500, 2_200, 3_300].get(asked as usize).copied().unwrap_or(5_000)
}

/// The time that a `date` header tells, in milliseconds since 1970.
#[must_use]
pub fn server_time(date: &str) -> Option<i64> {
    match Moment::read(date)? {
        Moment::At(time) => Some(time),
        Moment::In(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn failed(status: u16, wait: Option<u32>) -> Failure {
        Failure { wait, ..Failure::of_status(status, None) }
    }

    #[test]
    fn each_status_has_its_next_step() {
        for (status, tries, next) in [
            (429, 1, Next::Wait(7_500)),
            (429, 4, Next::Stop),
            (502, 1, Next::Wait(500)),
            (503, 2, Next::Wait(1_000)),
            (502, 3, Next::Wait(2_000)),
            (502, 4, Next::Stop),
            (500, 1, Next::Wait(500)),
            (500, 2, Next::Stop),
            (501, 1, Next::Stop),
            (504, 1, Next::Ask),
            (524, 1, Next::Ask),
            (400, 1, Next::Stop),
            (401, 1, Next::Stop),
            (422, 1, Next::Stop),
        ] {
            assert_eq!(failed(status, None).next(tries, 0.0), next, "{status}, {tries}");
        }
        assert_eq!(failed(429, Some(30_000)).next(1, 0.0), Next::Wait(30_000));
        assert_eq!(failed(429, Some(0)).next(1, 1.0), Next::Wait(1_000));
        assert_eq!(failed(429, Some(LONGEST_WAIT + 1)).next(1, 0.0), Next::Stop);
        assert_eq!(failed(503, Some(4_000)).next(1, 0.0), Next::Wait(4_000));
        let settled = Failure { settled: true, ..failed(502, None) };
        assert_eq!(settled.next(1, 0.0), Next::Stop);
    }

    #[test]
    fn the_wait_is_told_by_either_header() {
        let now = 1_795_610_400_000;
        let wait = |reset, retry| wanted_wait(reset, retry, now);
        assert_eq!(wait(Some("1795610402"), None), Some(2_000));
        assert_eq!(wait(None, Some("Wed, 25 Nov 2026 12:40:03 GMT")), Some(3_000));
        assert_eq!(wait(Some("1795610402"), Some("9")), Some(2_000));
        assert_eq!(wait(Some("soon"), Some("9")), Some(9_000));
        assert_eq!(wait(Some("2020-01-01T00:00:00Z"), None), Some(0));
        assert_eq!(wait(Some("9999-01-01T00:00:00Z"), None), Some(u32::MAX));
        assert_eq!(wait(None, None), None);
    }

    proptest! {
        #[test]
        fn nothing_is_sent_for_ever_or_at_once(
            status: u16, wait: Option<u32>, tries in 0_u32..9, chance: f64,
        ) {
            match failed(status, wait).next(tries, chance) {
                Next::Wait(after) => {
                    prop_assert!(tries < MOST_TRIES);
                    prop_assert!((500..=LONGEST_WAIT + 500).contains(&after));
                    prop_assert!(after >= wait.unwrap_or(0));
                }
                Next::Ask | Next::Stop => {}
            }
        }

        #[test]
        fn what_may_be_billed_is_never_sent_by_itself(tries: u32, chance in 0.0..1.0, wait: Option<u32>) {
            for kind in FailureKind::ALL {
                let failure = Failure { wait, ..Failure::of_kind(kind) };
                if kind.may_be_billed() {
                    prop_assert_eq!(failure.next(tries, chance), Next::Ask);
                }
            }
        }

        #[test]
        fn polls_come_less_and_less_often(asked in 0_u32..1000) {
            prop_assert!(poll_after(asked) <= poll_after(asked + 1));
            prop_assert!((500..=5_000).contains(&poll_after(asked)));
        }
    }
}
