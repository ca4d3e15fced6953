//! The engine for the page: its module, its worker and its weights, beside the page and never in its
//! first load.

use crate::optimise;
use crate::place::Place;
use crate::run;
use crate::setup::rust;
use crate::tag::{Made, write};
use crate::trap;
use anyhow::{Result, bail};
use std::fs;
use std::path::Path;

/// What cargo calls the module.
const MODULE: &str = "backdrop_engine_worker.wasm";

/// The weights' SHA-256, as `crates/engine/weights/NOTICE` says it.
const SHA256: &str = "sha256-gVFP1+eAsJK+S939bbNZqN2CpIVu41phUzhTQ8Vk30M=";

/// The full network's weights, which are not built: a server that has them serves them under this name, by
/// their hash, beside the rest of the engine.
pub const FINER: &str = "u2net-0702eff5c580f785.bin";

/// Their SHA-256, from the same place.
pub const FINER_SHA256: &str = "sha256-BwLv9cWA94VWLjKf0gBcYadzZP02ziUn6zyUSLtIGGw=";

/// The files that the page's worker brings.
pub struct Engine {
    pub worker: Made,
    pub module: Made,
    pub weights: Made,
}

impl Engine {
    pub fn all(&self) -> [&Made; 3] {
        [&self.worker, &self.module, &self.weights]
    }
}

/// Puts all of it into a folder, under names by content.
pub fn build(place: &Place, folder: &Path) -> Result<Engine> {
    println!("Building the engine for the page …");
    let module = module(place)?;
    let mut worker = place.command("esbuild");
    worker.arg(place.root.join("crates/engine-worker/worker.js"));
    let worker = run::output(worker.args(["--minify", "--target=es2022"]))?;
    let weights = fs::read(place.root.join("crates/engine/weights/u2netp.bin"))?;
    let engine = Engine {
        worker: write(folder, "backdrop-engine", ".js", &worker)?,
        module: write(folder, "backdrop-engine", ".wasm", &module)?,
        weights: write(folder, "u2netp", ".bin", &weights)?,
    };
    if engine.weights.hash != SHA256 {
        bail!("the weights are not those that NOTICE speaks of: {}", engine.weights.hash);
    }
    Ok(engine)
}

/// The module, compiled for vectors and optimised.
pub fn module(place: &Place) -> Result<Vec<u8>> {
    let mut cargo = place.cargo(["build", "--quiet", "--profile", "worker"]);
    cargo.args(["-p", "backdrop-engine-worker", "--target", rust::TARGET]);
    // For this module only: the page itself runs without vectors, too.
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Ctarget-feature=+simd128");
    run::shown(&mut cargo)?;
    let folder = place.target_dir()?.join(rust::TARGET).join("worker");
    let quiet = folder.join("quiet.wasm");
    fs::write(&quiet, trap::instead_of_panics(&fs::read(folder.join(MODULE))?)?)?;
    // A function inlined into its only caller makes it smaller, and what travels larger.
    let further = ["--enable-simd", "--one-caller-inline-max-function-size", "0"];
    optimise::for_size(place, &quiet, &further)
}

#[cfg(test)]
mod tests {
    use super::{FINER, FINER_SHA256, SHA256};
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;

    #[test]
    fn the_weights_are_those_of_the_notice() {
        let notice = include_str!("../../crates/engine/weights/NOTICE");
        let hex = |sri: &str| {
            let digest = sri.strip_prefix("sha256-").map(|text| BASE64_STANDARD.decode(text));
            crate::tag::hex(&digest.unwrap().unwrap())
        };
        assert!(notice.contains(&format!("u2netp.bin\n             sha256 {}", hex(SHA256))));
        assert!(notice.contains(&format!("u2net.bin\n             sha256 {}", hex(FINER_SHA256))));
        assert_eq!(FINER, format!("u2net-{}.bin", &hex(FINER_SHA256)[..16]));
    }
}
