//! A Rust that can build for `wasm32-unknown-unknown`.
//!
//! Nearly everywhere that is one `rustup target add`. Where rustup is missing, or may not download,
//! Debian's own packages do (see [`debian_rust`]).

use super::{debian, debian_rust};
use crate::cache::Cache;
use crate::place::{Place, on_path};
use crate::run;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

pub const TARGET: &str = "wasm32-unknown-unknown";

#[derive(Clone, Copy, PartialEq)]
pub enum Rust {
    /// The one that started us.
    Active,
    /// Debian's, with a standard library for wasm that we built.
    Debian,
}

impl Rust {
    pub fn find(cache: &Cache) -> Self {
        if !has_target("rustc") && debian_rust::ready(cache) { Self::Debian } else { Self::Active }
    }

    /// What has to come first on the PATH.
    pub fn bin(self, cache: &Cache) -> Option<PathBuf> {
        (self == Self::Debian).then(|| debian_rust::bin(cache))
    }

    /// Makes a child use this Rust and not the one that runs us.
    pub fn apply(self, command: &mut Command) {
        // Cargo hands its own path down, and the child's Cargo would hand it on.
        command.env_remove("CARGO");
        if self == Self::Debian {
            // The other Rust's libraries, put there by `cargo run`.
            command.env_remove("LD_LIBRARY_PATH");
        }
    }
}

/// Returns whether anything had to be installed.
pub fn ensure(place: &mut Place) -> Result<bool> {
    if place.rust == Rust::Debian || has_target("rustc") {
        return Ok(false);
    }
    let refused = match add_target(place) {
        Ok(()) => return Ok(true),
        Err(error) => error,
    };
    if !debian::is_root() {
        bail!(
            "this Rust cannot build for {TARGET}, and adding it failed: {refused:#}\n\
             Install Rust by https://rustup.rs and run `rustup target add {TARGET}`, or install \
             your distribution's package of Rust's standard library for wasm32; then try again. \
             (On Debian, `cargo xtask setup` as root uses Debian's packages.)"
        );
    }
    println!("  rustup did not add {TARGET}: using Debian's Rust instead");
    debian_rust::install(&place.cache)?;
    place.rust = Rust::Debian;
    Ok(true)
}

fn add_target(place: &Place) -> Result<()> {
    if on_path("rustup").is_none() {
        bail!("there is no rustup");
    }
    run::step(&format!("wasm target ({TARGET})"), || {
        let log = place.cache.join("rustup.log");
        run::logged(place.command("rustup").args(["target", "add", TARGET]), &log)?;
        if !has_target("rustc") {
            bail!("rustup reports success, but rustc has no library for {TARGET}");
        }
        Ok(())
    })
}

/// A minimal installation by rustup comes without what `lint` runs.
pub fn ensure_linters(place: &Place) -> Result<()> {
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(command, _)| run::output(&mut place.cargo([command, "--version"])).is_err())
        .map(|(_, component)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    run::step(&missing.join(", "), || {
        let add = ["component", "add"].iter().chain(&missing);
        run::logged(place.command("rustup").args(add), &place.cache.join("rustup.log"))
    })
}

/// Whether this compiler has a standard library for wasm, by looking where it would look.
pub fn has_target(rustc: impl AsRef<Path>) -> bool {
    library_folder(rustc.as_ref())
        .is_ok_and(|folder| folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()))
}

pub fn library_folder(rustc: &Path) -> Result<PathBuf> {
    let mut command = Command::new(rustc);
    let out = run::output(command.args(["--print", "target-libdir", "--target", TARGET]))?;
    let folder = String::from_utf8(out).context("rustc's library folder is not UTF-8")?;
    Ok(folder.trim_end().into())
}
