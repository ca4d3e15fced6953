//! Where rustup cannot bring the wasm target: Debian's Rust, with a standard library for wasm
//! built once from Debian's sources.
//!
//! The library is laid where that compiler looks for it, so nothing needs an unstable flag
//! afterwards. Links to that Rust's programs go into a folder of the cache which comes first on our
//! children's PATH: with or without rustup, one mechanism.

use super::{debian, rust};
use crate::cache::{self, Cache};
use crate::run;
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const RUSTC: &str = "/usr/bin/rustc";

const PACKAGES: [&str; 6] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rustfmt-web", "lld-22"];

/// Name in our folder, and the program it leads to.
const LINKS: [(&str, &str); 8] = [
    ("cargo", "/usr/bin/cargo"),
    ("rustc", RUSTC),
    ("rustdoc", "/usr/bin/rustdoc"),
    ("cargo-clippy", "/usr/bin/cargo-clippy"),
    ("clippy-driver", "/usr/bin/clippy-driver"),
    ("cargo-fmt", "/usr/bin/cargo-fmt"),
    ("rustfmt", "/usr/bin/rustfmt"),
    // The wasm target's default linker, under the name it asks for.
    ("rust-lld", "/usr/bin/lld-22"),
];

/// The crate whose only purpose is that Cargo builds the standard library for it.
const EMPTY: &str = "backdrop_empty";

pub fn bin(cache: &Cache) -> PathBuf {
    cache.join("debian-rust/bin")
}

/// Whether the library is there and was built by the compiler that is installed now.
pub fn ready(cache: &Cache) -> bool {
    let stamp = fs::read(stamp(cache));
    Path::new(RUSTC).exists()
        && stamp.is_ok_and(|stamp| version().is_ok_and(|version| version == stamp))
        && rust::has_target(RUSTC)
}

pub fn install(cache: &Cache) -> Result<()> {
    run::step("Debian's Rust (packages)", || {
        debian::install(cache, &PACKAGES).context(
            "Debian's packages of a newer Rust do not install here; \
             install Rust by https://rustup.rs instead",
        )
    })?;
    run::step("wasm target (standard library from source)", || {
        link_programs(cache)?;
        build_library(cache)
    })
}

fn stamp(cache: &Cache) -> PathBuf {
    cache.join("debian-rust/rustc-version")
}

fn version() -> Result<Vec<u8>> {
    run::output(Command::new(RUSTC).arg("-vV"))
}

fn link_programs(cache: &Cache) -> Result<()> {
    let bin = bin(cache);
    cache::remove(&bin)?;
    fs::create_dir_all(&bin)?;
    for (name, program) in LINKS {
        if !Path::new(program).exists() {
            bail!("{program} is not where Debian's packages put it");
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(program, bin.join(name))?;
    }
    Ok(())
}

fn build_library(cache: &Cache) -> Result<()> {
    let work = cache.join("debian-rust/build");
    let target = work.join("target");
    cache::remove(&work)?;
    fs::create_dir_all(work.join("src"))?;
    fs::write(
        work.join("Cargo.toml"),
        format!(
            "[package]\nname = \"{EMPTY}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n"
        ),
    )?;
    fs::write(work.join("src/lib.rs"), "#![no_std]\n")?;

    let mut cargo = Command::new("/usr/bin/cargo");
    rust::Rust::Debian.apply(&mut cargo);
    run::logged(
        cargo
            .current_dir(&work)
            .env("RUSTC", RUSTC)
            // `-Z` is what a stable compiler refuses without this.
            .env("RUSTC_BOOTSTRAP", "1")
            // Without it the page could not be optimised as one with the standard library.
            .env("CARGO_ENCODED_RUSTFLAGS", "-Cembed-bitcode=yes")
            .env("CARGO_TARGET_DIR", &target)
            .args(["build", "--release", "--target", rust::TARGET])
            .arg("-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test"),
        &cache.join("debian-rust.log"),
    )?;

    let library = rust::library_folder(Path::new(RUSTC))?;
    cache::remove(&library)?;
    fs::create_dir_all(&library)?;
    for entry in fs::read_dir(target.join(rust::TARGET).join("release/deps"))? {
        let file = entry?;
        let name = file.file_name().display().to_string();
        if name.ends_with(".rlib") && !name.contains(EMPTY) {
            fs::copy(file.path(), library.join(name))?;
        }
    }
    // Written last: only now is it complete.
    fs::write(stamp(cache), version()?)?;
    cache::remove(&work)?;
    Ok(())
}
