//! The request as code: what is shown runs, and brings the same picture.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

mod languages;
mod literals;
mod page;
mod run;
