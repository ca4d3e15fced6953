//! What the studio says. Each text is a constant in English here, and a translation in each file of
//! `languages/` by that English; what is the same in every language stands in `plain`.

mod cutout;
mod desk;
mod export;
mod failures;
mod finer;
mod history;
mod hosts;
mod keys;
mod language;
mod not_taken;
mod numbers;
mod parameters;
mod plain;
mod problem;
mod queue;
mod share;
mod told;
mod ui;

pub use cutout::*;
pub use desk::*;
pub use export::*;
pub use failures::{failure, told_detail};
pub use finer::*;
pub use history::*;
pub use hosts::*;
pub use keys::*;
pub use language::Language;
pub use not_taken::*;
pub use numbers::{bytes, seconds, size};
pub use parameters::{group, no_effect, parameter};
pub use plain::*;
pub use problem::problem;
pub use queue::*;
pub use share::*;
pub use told::*;
pub use ui::*;
