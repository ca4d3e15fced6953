//! What lets the page work without a network: the list of its files, in its service worker.

use crate::place::Place;
use crate::precompress;
use crate::run;
use crate::tag::{Files, hex};
use anyhow::Result;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::Path;

/// The page's own script, what that brings, and its service worker.
const SCRIPT: &str = "page.js";
const NOTICE: &str = "newer.js";
const WORKER: &str = "offline.js";

/// Writes both into a folder that holds all else, under a version that is the content of all else.
pub fn write(place: &Place, files: &Files, folder: &Path) -> Result<()> {
    let mut names = Vec::new();
    let mut version = Sha256::new();
    for path in precompress::files_in(folder)? {
        let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        if [SCRIPT, NOTICE, WORKER].contains(&name.as_str()) || name.ends_with(".md") {
            continue;
        }
        version.update(name.as_bytes());
        version.update(fs::read(&path)?);
        names.push(name);
    }
    let version = hex(&version.finalize()[..8]);
    // The first page has no name; the weights are kept where the engine looks for them.
    names.retain(|name| *name != files.engine.weights.name && name != "index.html");
    names.extend(["./", SCRIPT, NOTICE].map(str::to_owned));
    names.sort();
    let defines = [
        ("VERSION", serde_json::to_string(&version)?),
        ("FILES", serde_json::to_string(&names)?),
        ("WEIGHTS", serde_json::to_string(&files.engine.weights.name)?),
    ];
    for name in [SCRIPT, NOTICE, WORKER] {
        let mut esbuild = place.command("esbuild");
        esbuild
            .arg(place.root.join("src/page").join(name))
            .args(["--minify", "--bundle", "--format=esm", "--target=es2022", "--charset=utf8"])
            .arg(format!("--external:./{NOTICE}"))
            .args(defines.iter().map(|(what, value)| format!("--define:{what}={value}")))
            .arg(format!("--outfile={}", folder.join(name).display()))
            .args(["--log-level=warning", "--allow-overwrite"]);
        run::shown(&mut esbuild)?;
    }
    Ok(())
}
