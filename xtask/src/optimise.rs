//! Modules made small by wasm-opt.

use crate::place::Place;
use crate::run;
use anyhow::Result;
use std::fs;
use std::path::Path;

/// What a module may use: what every browser that runs us has. Vectors are the engine's alone.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-reference-types",
];

/// A module, optimised for size, with further arguments for wasm-opt.
pub fn for_size(place: &Place, wasm: &Path, further: &[&str]) -> Result<Vec<u8>> {
    let small = wasm.with_extension("small");
    let mut opt = place.command("wasm-opt");
    opt.args(FEATURES).args(further);
    opt.args(["-Oz", "--strip-debug", "--strip-producers", "--strip-target-features"]);
    run::shown(opt.arg(wasm).arg("-o").arg(&small))?;
    let bytes = fs::read(&small)?;
    fs::remove_file(small)?;
    Ok(bytes)
}
