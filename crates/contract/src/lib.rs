//! The endpoint `POST /v1/bria-replace-background`: what is sent, what comes back, how it fails.
//!
//! Everything else in Backdrop depends on this crate and it depends on nothing of theirs: no
//! browser, no server, no clock. The facts come from the provider's own page and documentation.

mod failure;
mod format;
mod json;
mod parameters;
mod problem;
mod reply;
mod request;

pub use failure::{Failure, FailureKind};
pub use format::Format;
pub use json::Json;
pub use parameters::{Fixed, Group, Kind, Matters, Name, PARAMETERS, Parameter, Value};
pub use problem::{Problem, Rule};
pub use reply::Reply;
pub use request::{Request, bare_base64, is_hex_colour, is_url};

/// Where the endpoint lives on the provider and on every relay.
pub const PATH: &str = "/v1/bria-replace-background";

/// The provider's own address (its page for this endpoint).
pub const PROVIDER: &str = "https://api.segmind.com";

/// The header that carries the key.
pub const KEY_HEADER: &str = "x-api-key";

/// A reply that a relay made itself says with what in this header; the provider never sends it.
pub const ENGINE_HEADER: &str = "x-backdrop-engine";

/// The look that the engine painted, chosen from the prompt's words; beside [`ENGINE_HEADER`].
pub const LOOK_HEADER: &str = "x-backdrop-look";

/// A prompt that asks the engine for no background at all. The provider knows no such word.
pub const TRANSPARENT: &str = "transparent";
