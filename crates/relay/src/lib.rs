//! The server of Backdrop: it serves the page and answers the endpoint.
//!
//! With a key it forwards to the provider, so that the key stays here; without one it makes the
//! picture itself with the engine. One idea a file:
//!
//! - [`config`]: the flags and the key; [`origin`]: the provider's address
//! - [`app`]: which path goes where; [`guard`]: who may ask; [`headers`]: what every reply carries
//! - [`forward`] and [`upstream`]: to the provider and back
//! - [`answer`], [`order`], [`body`]: the engine's side
//! - [`site`] and [`health`]: the page, and the sign of life
//! - [`serve`]: listen, and stop cleanly; [`log`]: one line a request
//! - [`failed`]: every refusal in the contract's shape

#[cfg(panic = "abort")]
compile_error!("a panic on one photo must end one request, not the relay: build it with unwinding");

pub mod answer;
pub mod app;
pub mod body;
pub mod config;
pub mod failed;
pub mod forward;
pub mod guard;
pub mod headers;
pub mod health;
pub mod log;
pub mod order;
pub mod origin;
pub mod serve;
pub mod site;
pub mod upstream;
