//! What stays in this browser.

// The history, the queue and the drafts are built on these three.
#[allow(dead_code, reason = "not everything is used yet")]
mod files;
pub mod history;
mod kept;
mod key;
mod pending;
mod presets;
#[allow(dead_code, reason = "not everything is used yet")]
pub mod record;
mod room;
#[allow(dead_code, reason = "not everything is used yet")]
pub mod store;
mod times;

#[allow(unused_imports, reason = "not everything is used yet")]
pub use files::{csv, zip};
pub use kept::{Hold, is_held};
pub use key::{KEPT_KEY, KeptKey};
pub use pending::Pending;
pub use presets::{LONGEST_NAME, MOST_PRESETS, Preset};
#[allow(unused_imports, reason = "not everything is used yet")]
pub use room::{Shut, ask};
pub use times::Times;
