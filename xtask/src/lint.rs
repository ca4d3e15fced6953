//! `cargo xtask lint`: formatting, clippy in both worlds, licences.

use crate::leptos;
use crate::licences;
use crate::place::Place;
use crate::run;
use crate::setup::{self, Need, rust};
use anyhow::Result;

pub fn run(place: &mut Place) -> Result<()> {
    setup::run(place, Need::Compiler)?;
    rust::ensure_linters(place)?;
    println!("Formatting …");
    run::shown(&mut place.cargo(["fmt", "--all", "--check"]))?;

    println!("Clippy, native …");
    let native = ["clippy", "--workspace", "--exclude", "backdrop-studio"];
    let native = native.into_iter().chain(["--exclude", leptos::NAME]);
    let all = ["--all-targets", "--all-features", "--", "-D", "warnings"];
    run::shown(place.cargo(native).args(all))?;

    println!("Clippy, wasm …");
    let studio = ["clippy", "-p", "backdrop-studio", "-p", leptos::NAME, "--target", rust::TARGET];
    let all = ["--all-targets", "--", "-D", "warnings"];
    run::shown(place.cargo(studio).args(all))?;

    licences::check(place)
}
