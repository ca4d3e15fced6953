//! What stays in this browser.

mod kept;
mod pending;
mod times;

pub use kept::{Hold, is_held};
pub use pending::Pending;
pub use times::Times;
