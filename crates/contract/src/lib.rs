//! The endpoint `POST /v1/bria-replace-background`: what is sent, what comes back, how it fails.
//!
//! Everything else in Backdrop depends on this crate and it depends on nothing of theirs: no
//! browser, no server, no clock. The facts come from the provider's own page and documentation.

#[cfg(test)]
mod corpus;
mod details;
mod dialect;
mod failure;
mod format;
mod job;
mod json;
mod moment;
mod pairs;
mod parameters;
mod problem;
mod reply;
mod request;
mod retry;
mod snippet;
mod survey;
mod whole;

pub use details::{DETAIL_HEADERS, Detail, Details};
pub use dialect::{Answer, Dialect, Fields, Host};
pub use failure::{Failure, FailureKind};
pub use format::Format;
pub use job::{Job, JobState};
pub use json::Json;
pub use pairs::{LONGEST_SETTING, Refused, Taken};
pub use parameters::{Fixed, Group, Kind, Matters, Name, PARAMETERS, Parameter, Value};
pub use problem::{Problem, Rule};
pub use reply::Reply;
pub use request::{Request, bare_base64, is_hex_colour, is_url};
pub use retry::{
    LONGEST_WAIT, MOST_TRIES, Next, RESET_HEADER, RETRY_HEADER, poll_after, server_time,
    wanted_wait,
};
pub use snippet::{Call, Language, Picture, RESULT, snippet};
pub use survey::{File, Part, Survey};

/// Where the endpoint lives on the provider and on every relay.
pub const PATH: &str = "/v1/bria-replace-background";

/// The provider's own address (its page for this endpoint).
pub const PROVIDER: &str = "https://api.segmind.com";

/// The header that carries the key.
pub const KEY_HEADER: &str = "x-api-key";

/// The header that names a request, so that a relay sends it on and pays for it once. A relay also
/// tells what came of it, under the endpoint's address and this name.
pub const IDEMPOTENCY_HEADER: &str = "idempotency-key";

/// On an answer that a relay gives again, as it was.
pub const REPLAYED_HEADER: &str = "idempotency-replayed";

/// A reply that a relay made itself says with what in this header; the provider never sends it.
pub const ENGINE_HEADER: &str = "x-backdrop-engine";

/// The look that the engine painted, chosen from the prompt's words; beside [`ENGINE_HEADER`].
pub const LOOK_HEADER: &str = "x-backdrop-look";

/// A prompt that asks the engine for no background at all. The provider knows no such word.
pub const TRANSPARENT: &str = "transparent";

/// The largest picture that the endpoint takes, in bytes (the model's maker; the provider says
/// nothing of it).
pub const LARGEST: u64 = 12_000_000;

/// The largest picture that the engine takes, in bytes: what fits into a request to a relay as base64.
pub const ENGINE_LARGEST: u64 = 30_000_000;

/// The most megapixels that the engine decodes. At four bytes a pixel and twice over while a photo is
/// turned, that is half a gigabyte.
pub const ENGINE_MEGAPIXELS: u32 = 64;
