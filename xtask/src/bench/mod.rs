//! `cargo xtask bench …`: how long things take, each beside something to compare with.

mod batch;
mod clients;
mod engine;
mod example;
mod relay;
mod soak;
mod tools;

use crate::place::Place;
use anyhow::Result;

pub fn run(place: &mut Place, args: &[String]) -> Result<()> {
    match args.first().map(String::as_str) {
        Some("batch") => batch::run(place, args.get(1).map(String::as_str)),
        Some(name @ ("body" | "device" | "page")) => example::run(place, name),
        Some("relay") => relay::run(place),
        Some("soak") => soak::run(place, args.get(1).map(String::as_str)),
        Some("hd") => engine::both(place, args.get(1).map(String::as_str)),
        _ => engine::run(place, args),
    }
}
