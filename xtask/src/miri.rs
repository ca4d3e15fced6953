//! `cargo xtask miri`: the network's code run by an interpreter that sees every access to memory.
//!
//! It has no vectors of a processor's own, so it runs the portable code. What runs the whole network is
//! left out: it would take days.

use crate::place::Place;
use crate::run;
use anyhow::{Context as _, Result};

/// The modules whose tests run.
const MODULES: [&str; 6] = ["conv::", "gemm::", "logistic::", "plane::", "tensor::", "weights::"];

/// Cases of each property; some take a minute each.
const CASES: &str = "4";

pub fn run(place: &Place) -> Result<()> {
    run::output(&mut place.cargo(["+nightly", "miri", "--version"])).context(
        "Miri is missing: `rustup toolchain install nightly --component miri,rust-src` brings it",
    )?;
    let mut cargo = place.cargo(["+nightly", "miri", "test", "--lib"]);
    cargo.args(["-p", "backdrop-kernels", "-p", "backdrop-network", "--"]);
    // Proptest looks for the folder of failures that it keeps.
    cargo.env("MIRIFLAGS", "-Zmiri-disable-isolation").env("PROPTEST_CASES", CASES);
    run::shown(cargo.args(MODULES))
}
