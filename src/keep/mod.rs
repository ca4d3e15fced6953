//! What stays in this browser.

mod kept;
mod pending;

pub use kept::{Hold, is_held};
pub use pending::Pending;
