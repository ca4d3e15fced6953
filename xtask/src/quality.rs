//! `cargo xtask quality DIR [OUT]`: how well subjects are found, over photographs with masks.

use crate::place::Place;
use crate::run;
use anyhow::{Result, bail};

pub fn run(place: &Place, args: &[String]) -> Result<()> {
    if args.is_empty() || args.len() > 2 {
        bail!("`quality DIR [OUT]`: DIR/photos and DIR/masks hold pictures of the same names");
    }
    let quality = ["run", "--release", "-p", "backdrop-engine", "--features"];
    run::shown(place.cargo(quality).args(["threads", "--example", "quality", "--"]).args(args))
}
