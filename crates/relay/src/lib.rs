//! The server of Backdrop: it serves the page and answers the endpoint.
//!
//! With a key it forwards to the provider, so that the key stays here; without one it makes the
//! picture itself with the engine. One idea a file:
//!
//! - [`config`] and [`terms`]: the flags; [`secret`]: the key; [`origin`]: the provider's address
//! - [`app`]: which path goes where; [`headers`]: what every reply carries
//! - [`desk`]: the endpoint; [`guard`], [`cors`], [`client`], [`token`], [`limit`]: who may ask
//! - [`call`]: one call; [`checked`], [`rules`], [`fetchable`]: what is looked at in its body
//! - [`once`] and [`journal`]: nothing is paid for twice
//! - [`batch`]: many photos at once, for workers on any number of machines
//! - [`forward`] and [`upstream`]: to the provider and back
//! - [`answer`], [`order`], [`body`], [`network`]: the engine's side
//! - [`site`]: the page, from a folder or from the program itself; [`finer`]: a network for it
//! - [`serve`]: start, and stop cleanly; [`listen`], [`connection`], [`framing`], [`pace`]: each
//!   client's connection within its limits
//! - [`watch`], [`log`], [`metrics`], [`trace`], [`request_id`]: what is known afterwards; [`health`],
//!   [`ready`] and [`check`]: now; [`openapi`]: what it takes and answers
//! - [`memory`]: given back, and told
//! - [`failed`]: every refusal in the contract's shape

#[cfg(panic = "abort")]
compile_error!("a panic on one photo must end one request, not the relay: build it with unwinding");

pub mod answer;
pub mod app;
pub mod batch;
pub mod body;
#[cfg(feature = "page")]
pub mod built;
pub mod call;
pub mod check;
pub mod checked;
pub mod client;
pub mod config;
pub mod connection;
pub mod cors;
pub mod desk;
pub mod failed;
pub mod fetchable;
pub mod finer;
pub mod forward;
pub mod framing;
pub mod guard;
pub mod headers;
pub mod health;
pub mod journal;
pub mod limit;
pub mod listen;
pub mod log;
pub mod memory;
pub mod metrics;
pub mod network;
pub mod once;
pub mod openapi;
pub mod order;
pub mod origin;
pub mod pace;
pub mod ready;
pub mod request_id;
pub mod rules;
pub mod secret;
pub mod serve;
pub mod site;
pub mod terms;
pub mod token;
pub mod trace;
pub mod upstream;
pub mod watch;
