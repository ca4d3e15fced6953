//! `cargo xtask bench body`: how long the page takes from a file to a request's body.

use crate::place::Place;
use crate::setup::{self, Need};
use crate::{journeys, page, run};
use anyhow::Result;

pub fn run(place: &mut Place) -> Result<()> {
    setup::run(place, Need::Tests)?;
    page::build(place)?;
    let (mut bench, _) =
        journeys::in_browser(place, &["run", "-p", "journeys", "--example", "body"])?;
    run::shown(&mut bench)
}
