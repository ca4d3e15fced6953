//! A request becomes an outcome: a picture, or a failure that keeps status and body.

mod answers;
mod body;
mod connection;
mod json;
mod read;
mod send;

pub use answers::{Answers, ask};
pub use body::body;
pub use connection::Connection;
pub use read::{Origin, Picture};
pub use send::{Phase, send};
