//! Many photos: which is sent next, what follows when one ends, and what their files are called.
//!
//! Pure, without a clock and without a browser: what is decided here is tested natively.

mod names;
mod schedule;

pub use names::{file_names, slug};
pub use schedule::{Counts, Id, Schedule, State, Step};
