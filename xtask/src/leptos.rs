//! `examples/leptos` as its users build it, put where the journeys look for sites.

use crate::place::Place;
use crate::run;
use anyhow::Result;

/// The example's crate, which is for the browser alone.
pub const NAME: &str = "backdrop-example-leptos";

pub fn build(place: &Place) -> Result<()> {
    // The page has compiled all but the example's own lines already, in the same profile.
    let site = place.target_dir()?.join("package/sites/leptos");
    std::fs::create_dir_all(&site)?;
    let mut trunk = place.command("trunk");
    trunk.args(["build", "--release", "--offline", "--config"]);
    trunk.arg(place.root.join("examples/leptos/Trunk.toml")).arg("--dist");
    trunk.arg(site.join("dist"));
    // As at the page's build.
    trunk.env_remove("NO_COLOR");
    run::shown(&mut trunk)
}
