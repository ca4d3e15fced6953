//! `cargo xtask program`: the relay as one program with the page in it.

use crate::page;
use crate::place::Place;
use crate::run;
use crate::setup::{self, Need};
use anyhow::Result;
use std::fs;

pub fn run(place: &mut Place) -> Result<()> {
    setup::run(place, Need::Page)?;
    page::build(place)?;
    println!("Building the relay with the page in it …");
    let args = ["build", "--release", "-p", "backdrop-relay", "--features", "page,redis"];
    run::shown(&mut place.cargo(args))?;

    // The same program without the page has the same name there.
    let target = place.target_dir()?;
    let name = format!("backdrop-relay{}", std::env::consts::EXE_SUFFIX);
    let folder = target.join("program");
    fs::create_dir_all(&folder)?;
    fs::copy(target.join("release").join(&name), folder.join(&name))?;

    let program = folder.join(&name);
    let megabytes = fs::metadata(&program)?.len() as f64 / 1e6;
    println!("{} ({megabytes:.1} MB, the page is in it)", program.display());
    Ok(())
}
