//! The package and the sites that were made with it, by `cargo xtask package`.

use crate::place;
use std::path::PathBuf;

/// `$BACKDROP_PACKAGE`, else `package` in the target folder.
fn package() -> PathBuf {
    let made = || place::target().join("package");
    let folder = std::env::var_os("BACKDROP_PACKAGE").map_or_else(made, PathBuf::from);
    assert!(folder.exists(), "no package: `cargo xtask package` makes it");
    folder
}

/// The folder of a site, ready to be served: made by a bundler, or as it is.
pub fn made(site: &str) -> PathBuf {
    let folder = package().join("sites").join(site);
    let dist = folder.join("dist");
    if dist.exists() { dist } else { folder }
}

/// The package's own folder.
pub fn unpacked() -> PathBuf {
    package().join("backdrop-studio")
}

/// A file of a package from npm, as `axe-core/axe.min.js`.
pub fn npm(file: &str) -> PathBuf {
    package().join("node_modules").join(file)
}
