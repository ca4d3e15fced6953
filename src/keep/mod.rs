//! What stays in this browser.

mod changes;
mod files;
pub mod history;
mod kept;
mod key;
mod pending;
mod presets;
pub mod record;
mod room;
pub mod store;
mod times;

pub use changes::Changes;
pub use files::{csv, zip};
pub use kept::{Hold, is_held};
pub use key::{KEPT_KEY, KeptKey};
pub use pending::Pending;
pub use presets::{LONGEST_NAME, MOST_PRESETS, Preset};
pub use room::{Shut, ask};
pub use times::Times;
