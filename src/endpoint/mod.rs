//! A request becomes an outcome: a picture, or a failure that keeps status and body.

mod answers;
mod body;
mod call;
mod connection;
mod credits;
mod fetch;
mod finer;
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
pub use finer::{
    Finer, NotFiner, Watch, bring_finer, engine_host, is_finer, remove_finer, stop_finer, use_finer,
};
pub use follow::collect;
pub use http::Abort;
pub use name::name;
pub use picture::{Origin, Picture, PictureSource};
pub use send::send;
