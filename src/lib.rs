//! Backdrop puts a photo on a new background: a page, and a tag for any site.
//!
//! A page uses the tag that [`define`] makes known to the browser. [`Studio`] is what the tag holds,
//! a Leptos component; its styles come with the tag.

mod element;
mod endpoint;
mod keep;
mod photo;
mod session;
mod studio;
mod words;

pub use element::{Mounted, mount};

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
