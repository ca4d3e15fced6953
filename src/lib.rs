//! Backdrop puts a photo on a new background: a page, and a tag for any site.
//!
//! A Rust host uses [`Studio`], a Leptos component; any other page uses the tag that [`define`]
//! makes known to the browser.

mod element;
mod endpoint;
mod photo;
mod session;
mod studio;
mod words;

pub use element::define;
pub use studio::Studio;

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
