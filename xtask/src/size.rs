//! `cargo xtask size`: what a first visit loads, in Brotli bytes, against the gate.

use crate::first_load;
use crate::place::Place;
use crate::precompress::brotli;
use crate::tag::{self, SCRIPT};
use anyhow::{Result, bail};
use std::fs;
use std::path::Path;

/// Bytes of a first visit, all files together, Brotli 11. Raised only on purpose, in a commit that says why.
///
/// What the studio is to have at most. Where it is built changes some hundred bytes, as paths are in it.
const GATE: usize = 130_000;

/// Bytes of the script that other sites include, the element's class in it.
const SCRIPT_GATE: usize = 6_000;

/// Bytes of the engine's module, which is loaded when it is first asked for.
const MODULE_GATE: usize = 40_000;

pub fn run(place: &Place) -> Result<()> {
    let dist = place.dist();
    if !dist.join("index.html").exists() {
        bail!("there is no dist/index.html: `cargo xtask build` makes it");
    }
    let files = first_load::list(|path| fs::read(dist.join(path)).ok());
    if !files.iter().any(|file| file.ends_with(".wasm")) {
        bail!("the page names no wasm module to load, so its first load cannot be told");
    }

    println!("{:>9} {:>9}  file", "plain", "brotli");
    let (mut all_plain, mut all_packed) = (0, 0);
    for file in &files {
        let (plain, packed) = sizes(&dist, file)?;
        // What is packed already, such as a picture, travels as it is.
        let packed = packed.min(plain);
        println!("{plain:>9} {packed:>9}  {file}");
        all_plain += plain;
        all_packed += packed;
    }
    println!("{all_plain:>9} {all_packed:>9}  first load; the gate is {GATE}");

    let later = tag::find(&dist)?;
    for part in &later.parts {
        let (plain, packed) = sizes(&dist, &part.name)?;
        println!("{plain:>9} {packed:>9}  afterwards: {}", part.name);
    }
    for words in &later.words {
        let (plain, packed) = sizes(&dist, &words.name)?;
        println!("{plain:>9} {packed:>9}  where it is spoken: {}", words.name);
    }
    let (plain, packed) = sizes(&dist, &later.room.name)?;
    println!("{plain:>9} {packed:>9}  when something is kept: {}", later.room.name);
    let module = later.engine.module;
    let (plain, engine) = sizes(&dist, &module.name)?;
    println!(
        "{plain:>9} {engine:>9}  {}, when it is asked for; the gate is {MODULE_GATE}",
        module.name
    );
    let (_, script) = sizes(&dist, SCRIPT)?;
    println!(
        "{:>9} {script:>9}  of it the script that a page includes; the gate is {SCRIPT_GATE}",
        ""
    );
    if script > SCRIPT_GATE {
        bail!("the script is {} bytes above the gate", script - SCRIPT_GATE);
    }
    if all_packed > GATE {
        bail!("the first load is {} bytes above the gate", all_packed - GATE);
    }
    if engine > MODULE_GATE {
        bail!("the engine's module is {} bytes above the gate", engine - MODULE_GATE);
    }
    Ok(())
}

/// A file's bytes, plain and packed.
fn sizes(dist: &Path, file: &str) -> Result<(usize, usize)> {
    let plain = fs::read(dist.join(file))?;
    Ok((plain.len(), brotli(&plain)?.len()))
}
