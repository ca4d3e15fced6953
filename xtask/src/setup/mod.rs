//! `cargo xtask setup`: installs what is missing, and only that.

pub mod browser;
mod debian;
mod debian_rust;
pub mod rust;
pub mod tools;

pub use rust::Rust;

use crate::place::Place;
use crate::run::seconds;
use anyhow::Result;
use std::time::Instant;

/// What a command needs before it can work.
#[derive(Clone, Copy, PartialEq)]
pub enum Need {
    /// A Rust that can build for wasm.
    Compiler,
    /// That, and the tools that make the page.
    Page,
    /// That, and a browser to test it in.
    Tests,
    /// All of it, but without a browser there is still a page to serve: so that is only said.
    Everything,
}

pub fn run(place: &mut Place, need: Need) -> Result<()> {
    let start = Instant::now();
    let _lock = place.cache.lock()?;

    let mut installed = rust::ensure(place)?;
    if need != Need::Compiler {
        installed |= tools::ensure(place)?;
    }
    match need {
        Need::Compiler | Need::Page => {}
        Need::Tests => installed |= browser::ensure(&place.cache)?,
        Need::Everything => match browser::ensure(&place.cache) {
            Ok(news) => installed |= news,
            Err(error) => println!("  The page can be served, but not tested: {error:#}"),
        },
    }

    let took = seconds(start.elapsed());
    if installed {
        println!("Set up in {took}.");
    } else {
        println!("Set up already ({took}).");
    }
    Ok(())
}
