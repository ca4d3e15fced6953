//! Backdrop puts a photo on a new background: a page, and a tag for any site.
//!
//! A page uses the tag, whose script is in `src/loader` and calls [`mount`]. A Leptos app uses
//! [`Studio`], which needs no script and brings its own styles.

mod component;
mod element;
mod endpoint;
mod keep;
mod photo;
mod rest;
mod session;
mod studio;
mod words;

pub use backdrop_contract as contract;
pub use component::{Finished, Image, Progress, Studio, StudioError, StudioProps, Variant, define};
pub use element::{Mounted, mount};
pub use studio::Theme;

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
