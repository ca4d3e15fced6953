//! `cargo xtask setup`: installs what is missing, and only that.

pub mod browser;
pub mod debian;
mod debian_rust;
pub mod languages;
pub mod python;
pub mod redis;
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
    /// That, a browser to test it in, and what runs the code that it shows.
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
        Need::Tests => installed |= for_tests(place)?,
        Need::Everything => match for_tests(place) {
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

fn for_tests(place: &Place) -> Result<bool> {
    let cache = &place.cache;
    Ok(browser::ensure(place)?
        | languages::ensure(cache)?
        | python::ensure(place)?
        | redis::ensure(cache)?)
}
