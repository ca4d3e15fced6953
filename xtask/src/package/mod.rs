//! `cargo xtask package`: the tag as an npm package, and as a zip for any static host.

mod api;
mod check;
#[cfg(test)]
mod docs;
mod manifest;
mod types;

use crate::cache;
use crate::licences;
use crate::page;
use crate::place::{Place, on_path};
use crate::precompress;
use crate::run;
use crate::setup::{self, Need};
use crate::tag::{self, Files, Made};
use anyhow::{Context as _, Result};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The package's name, and its folder's.
const NAME: &str = "backdrop-studio";

/// What the zip holds of the package: what a page without a bundler needs.
const FOR_A_HOST: [&str; 6] =
    [tag::SCRIPT, tag::SHEET, "README.md", "LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY.txt"];

pub fn run(place: &mut Place) -> Result<()> {
    setup::run(place, Need::Page)?;
    page::build(place)?;
    build(place)
}

/// As [`run`], where the page is built.
pub fn build(place: &Place) -> Result<()> {
    let home = place.target_dir()?.join("package");
    cache::remove(&home)?;
    let folder = home.join(NAME);
    fs::create_dir_all(&folder)?;
    let files = run::step("the package", || fill(place, &folder))?;
    let tarball = run::step("npm pack", || pack(place, &home, &folder))?;
    let zip = home.join(format!("{NAME}-{}.zip", version()));
    run::step("the zip", || zip_up(&folder, &files, &zip))?;
    check::run(place, &home, &folder, &tarball, &zip)?;
    println!("Package: {}\nZip:     {}", tarball.display(), zip.display());
    Ok(())
}

fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

fn fill(place: &Place, folder: &Path) -> Result<Files> {
    let dist = place.dist();
    let files = tag::find(&dist)?;
    let names = files.all().map(|made| &*made.name).chain([tag::SCRIPT, tag::SHEET]);
    for name in names {
        fs::copy(dist.join(name), folder.join(name)).with_context(|| format!("no {name}"))?;
    }
    // Bundlers read it, and people who look for a fault: it stays legible.
    tag::script(place, &files, "bundled", &[], &folder.join("index.js"))?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(place.root.join(name), folder.join(name))?;
    }
    let text = |name: &str, text: String| fs::write(folder.join(name), text);
    text("README.md", include_str!("README.md").replace("{version}", version()))?;
    text("THIRD-PARTY.txt", licences::texts(place)?)?;
    text("index.d.ts", types::index())?;
    text("react.d.ts", types::react())?;
    text("vue.d.ts", types::vue())?;
    text("custom-elements.json", serde_json::to_string_pretty(&manifest::made())?)?;
    let description = include_str!("package.json")
        .replace("{version}", version())
        .replace("{glue}", &files.glue.name)
        .replace("{wasm}", &files.wasm.name)
        .replace("\"{parts}\"", &quoted(&files.parts))
        .replace("\"{words}\"", &quoted(&files.words))
        .replace("{room}", &files.room.name)
        .replace("{worker}", &files.engine.worker.name)
        .replace("{module}", &files.engine.module.name)
        .replace("{weights}", &files.engine.weights.name);
    text("package.json", description)?;
    Ok(files)
}

fn quoted(files: &[Made]) -> String {
    files.iter().map(|made| format!("\"{}\"", made.name)).collect::<Vec<_>>().join(", ")
}

fn pack(place: &Place, home: &Path, folder: &Path) -> Result<PathBuf> {
    let mut npm = npm(place);
    npm.args(["pack", "--silent", "--pack-destination"]).arg(home).arg(folder);
    run::logged(&mut npm, &home.join("npm-pack.log"))?;
    Ok(home.join(format!("{NAME}-{}.tgz", version())))
}

fn npm(place: &Place) -> std::process::Command {
    place.command(on_path("npm").unwrap_or_else(|| "npm".into()))
}

fn zip_up(folder: &Path, files: &Files, to: &Path) -> Result<()> {
    let mut zip = zip::ZipWriter::new(fs::File::create(to)?);
    let options = zip::write::SimpleFileOptions::default();
    for name in FOR_A_HOST.into_iter().chain(files.all().map(|made| &*made.name)) {
        zip.start_file(format!("backdrop/{name}"), options)?;
        zip.write_all(&fs::read(folder.join(name))?)?;
    }
    zip.finish()?;
    Ok(())
}

/// Copies a folder and all below it, but for what npm puts there.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in precompress::files_in(from)? {
        let inside = file.strip_prefix(from)?;
        if inside.components().any(|part| part.as_os_str() == "node_modules") {
            continue;
        }
        let target = to.join(inside);
        fs::create_dir_all(target.parent().context("it lies in the folder")?)?;
        fs::copy(&file, target)?;
    }
    Ok(())
}
