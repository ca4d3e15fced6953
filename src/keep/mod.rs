//! What stays in this browser.

// The history, the queue and the drafts are built on these three.
#[allow(dead_code, reason = "not everything is used yet")]
mod files;
mod kept;
mod pending;
#[allow(dead_code, reason = "not everything is used yet")]
pub mod record;
mod room;
#[allow(dead_code, reason = "not everything is used yet")]
pub mod store;
mod times;

#[allow(unused_imports, reason = "not everything is used yet")]
pub use files::{csv, zip};
pub use kept::{Hold, is_held};
pub use pending::Pending;
#[allow(unused_imports, reason = "not everything is used yet")]
pub use room::{Shut, ask};
pub use times::Times;
