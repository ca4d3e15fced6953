//! `cargo xtask build`: the page, ready to be served from `dist/`.

use crate::place::Place;
use crate::precompress;
use crate::run;
use crate::setup::{self, Need};
use anyhow::Result;

pub fn run(place: &mut Place) -> Result<()> {
    setup::run(place, Need::Page)?;
    build(place)
}

/// As [`run`], where the tools are known to be there.
pub fn build(place: &Place) -> Result<()> {
    println!("Building the page …");
    // Offline: the pinned tools are on the PATH, and nothing else may be fetched in their place.
    let mut trunk = place.command("trunk");
    trunk.args(["build", "--release", "--offline", "--features", "split"]);
    // trunk takes the mere presence of NO_COLOR for a Boolean option and stops at "1".
    trunk.env_remove("NO_COLOR");
    run::shown(&mut trunk)?;
    precompress::folder(&place.dist(), &place.target_dir()?.join("precompressed"))
}
