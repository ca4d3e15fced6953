//! What the studio says. One language for now; every text that a person reads stands here.

mod failures;
mod numbers;
mod parameters;
mod ui;

pub use failures::failure;
pub use numbers::{bytes, seconds, size};
pub use parameters::{group, no_effect, parameter, problem};
pub use ui::*;
