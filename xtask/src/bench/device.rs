//! `cargo xtask bench device`: whether the page keeps up while this device makes a picture.

use crate::place::Place;
use crate::setup::{self, Need};
use crate::{journeys, page, run};
use anyhow::Result;

pub fn run(place: &mut Place) -> Result<()> {
    setup::run(place, Need::Tests)?;
    page::build(place)?;
    let example = ["run", "-p", "journeys", "--example", "device"];
    let (mut bench, _) = journeys::in_browser(place, &example)?;
    run::shown(&mut bench)
}
