//! A request becomes an outcome: a picture, or a failure that keeps status and body.

mod answers;
mod body;
mod call;
mod connection;
mod credits;
mod fetch;
mod follow;
mod http;
mod json;
mod name;
mod picture;
mod read;
mod send;

pub use answers::{Answers, ask, is_vacant, offers_batches};
pub use body::body;
pub use call::{Call, Phase};
pub use connection::{Connection, ConnectionError};
pub use credits::credits;
pub use follow::collect;
pub use http::Abort;
pub use name::name;
pub use picture::{Origin, Picture, PictureSource};
pub use send::send;
