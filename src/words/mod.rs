//! What the studio says, in one language for now. Only what a person did wrong is said where it is
//! found out, by its error.

mod failures;
mod hosts;
mod numbers;
mod parameters;
mod told;
mod ui;

pub use failures::{detail, failure};
pub use hosts::*;
pub use numbers::{Language, bytes, seconds, size};
pub use parameters::{group, no_effect, parameter, problem};
pub use told::*;
pub use ui::*;
