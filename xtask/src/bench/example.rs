//! Benches that drive a browser through the built page: examples of the journeys, each of which says
//! what it measures.

use crate::place::Place;
use crate::setup::{self, Need, tools};
use crate::{journeys, page, run};
use anyhow::Result;

pub fn run(place: &mut Place, name: &str) -> Result<()> {
    setup::run(place, Need::Tests)?;
    if name == "page" {
        tools::ensure_lighthouse(place)?;
    }
    page::build(place)?;
    let example = ["run", "-p", "journeys", "--example", name];
    let (mut bench, _) = journeys::in_browser(place, &example)?;
    run::shown(bench.env("LIGHTHOUSE", tools::lighthouse(&place.cache)))
}
