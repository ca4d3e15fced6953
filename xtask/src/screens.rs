//! `cargo xtask screens`: a picture of every state of the studio, in light, dark, narrow, forced
//! colours, German and Arabic.

use crate::place::Place;
use crate::setup::{self, Need};
use crate::{journeys, package, run};
use anyhow::Result;

pub fn run(place: &mut Place) -> Result<()> {
    setup::run(place, Need::Tests)?;
    // axe-core comes with what the package is checked with.
    package::run(place)?;
    let test = ["test", "-p", "journeys", "--", "accessibility::"];
    let (mut look, _) = journeys::in_browser(place, &test)?;
    run::shown(&mut look)?;
    println!("The pictures are in {}.", place.target_dir()?.join("screens").display());
    Ok(())
}
