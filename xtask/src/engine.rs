//! The engine for the page: its module, its worker and its weights, beside the page and never in its
//! first load.

use crate::place::Place;
use crate::run;
use crate::setup::rust;
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

/// The weights' SHA-256, as `crates/engine/weights/NOTICE` says it. The worker holds what arrives against
/// it.
const SHA256: &str = "81514fd7e780b092be4bddfd6db359a8dd82a4856ee35a6153385343c564df43";

/// What the module is compiled for, and what every browser with vectors has beside them.
const FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
    "--enable-reference-types",
];

/// Puts all of it into the page's folder. Names carry a hash, so that a browser keeps the files for good;
/// only `engine.js`, which knows the names, does not.
pub fn build(place: &Place) -> Result<()> {
    println!("Building the engine for the page …");
    let dist = place.dist();
    let module = module(place)?;
    let worker = fs::read(place.root.join("crates/engine-worker/js/worker.js"))?;
    let client = fs::read_to_string(place.root.join("crates/engine-worker/js/client.js"))?;

    let wasm = named(&dist, "engine", "wasm", &module)?;
    let worker = named(&dist, "engine-worker", "js", &worker)?;
    let weights = format!("u2netp-{}.bin", &SHA256[..16]);
    fs::copy(place.root.join("crates/engine/weights/u2netp.bin"), dist.join(&weights))?;
    let files = format!(
        "{{ worker: \"./{worker}\", wasm: \"./{wasm}\", weights: \"./{weights}\", sha256: \"{}\" }}",
        base64(&bytes(SHA256)?)
    );
    let Some((before, rest)) = client.split_once("const FILES = ") else {
        bail!("client.js has no FILES");
    };
    let after = rest.split_once(";\n").context("client.js: FILES has no end")?.1;
    fs::write(dist.join("engine.js"), format!("{before}const FILES = {files};\n{after}"))?;
    Ok(())
}

/// The module, compiled for vectors and optimised.
pub fn module(place: &Place) -> Result<Vec<u8>> {
    let mut cargo = place.cargo(["build", "--quiet", "--profile", "worker"]);
    cargo.args(["-p", "backdrop-engine-worker", "--target", rust::TARGET]);
    // For this module only: the page itself runs without vectors, too.
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Ctarget-feature=+simd128");
    run::shown(&mut cargo)?;
    let folder = place.target_dir()?.join(rust::TARGET).join("worker");
    let small = folder.join("engine.wasm");
    let mut opt = place.command("wasm-opt");
    opt.args(FEATURES).args(["-Os", "--strip-debug", "--strip-producers"]);
    opt.arg("--strip-target-features").arg(folder.join("backdrop_engine_worker.wasm"));
    run::shown(opt.arg("-o").arg(&small))?;
    Ok(fs::read(small)?)
}

/// Writes a file whose name says its content, and returns the name.
fn named(folder: &Path, name: &str, ending: &str, content: &[u8]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    let name = format!("{name}-{:016x}.{ending}", hasher.finish());
    fs::write(folder.join(&name), content)?;
    Ok(name)
}

/// The bytes that hex digits stand for.
fn bytes(hex: &str) -> Result<Vec<u8>> {
    let digits = hex.as_bytes().chunks(2);
    digits.map(|two| Ok(u8::from_str_radix(std::str::from_utf8(two)?, 16)?)).collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, i| bits << 8 | u32::from(*three.get(i).unwrap_or(&0)));
        for i in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= three.len() { letter as char } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_others_write_it() {
        for (plain, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(base64(plain.as_bytes()), text);
        }
        assert_eq!(bytes("00ff10").unwrap(), [0, 255, 16]);
        assert_eq!(bytes(SHA256).unwrap().len(), 32);
    }
}
