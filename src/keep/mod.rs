//! What stays in this browser.

mod key;
mod kept;
mod pending;
mod presets;
mod times;

pub use key::{KEPT_KEY, KeptKey};
pub use kept::{Hold, is_held};
pub use pending::Pending;
pub use presets::{LONGEST_NAME, MOST_PRESETS, Preset};
pub use times::Times;
