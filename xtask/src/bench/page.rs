//! `cargo xtask bench page`: how fast the page comes, and whether it keeps up with a person.

use crate::place::Place;
use crate::setup::{self, Need, tools};
use crate::{journeys, page, run};
use anyhow::Result;

pub fn run(place: &mut Place) -> Result<()> {
    setup::run(place, Need::Tests)?;
    tools::ensure_lighthouse(place)?;
    page::build(place)?;
    let example = ["run", "-p", "journeys", "--example", "page"];
    let (mut bench, _) = journeys::in_browser(place, &example)?;
    run::shown(bench.env("LIGHTHOUSE", tools::lighthouse(&place.cache)))
}
