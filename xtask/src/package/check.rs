//! The package looked at as strangers will: by npm's own checkers, by TypeScript, and from sites made
//! with the usual tools. What runs in a browser is tried by the journeys.

use super::{NAME, copy, npm};
use crate::cache;
use crate::place::Place;
use crate::run;
use crate::tag;
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Sites made with a bundler: a name, where its sources are, and what builds it.
const SITES: [(&str, &str, &[&str]); 4] = [
    ("vite", "tests/web/vite", &["vite", "build"]),
    ("rspack", "tests/web/rspack", &["rspack", "build"]),
    ("react", "examples/react", &["vite", "build"]),
    ("vue", "examples/vue", &["vite", "build"]),
];

pub fn run(place: &Place, home: &Path, folder: &Path, tarball: &Path, zip: &Path) -> Result<()> {
    let tools = tools(place)?;
    // What lies under `home` finds them as Node looks for them: upwards.
    #[cfg(unix)]
    std::os::unix::fs::symlink(tools.join("node_modules"), home.join("node_modules"))?;
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir(tools.join("node_modules"), home.join("node_modules"))?;
    let tool = |name: &str| {
        let mut command = place.command(tools.join("node_modules/.bin").join(name));
        command.current_dir(home);
        command
    };
    let logged = |command: &mut Command, what: &str| {
        run::step(what, || run::logged(command, &home.join(format!("{what}.log"))))
    };

    logged(tool("publint").arg(folder).arg("--strict"), "publint")?;
    let mut attw = tool("attw");
    attw.arg(tarball).args(["--profile", "esm-only", "--no-emoji", "--exclude-entrypoints"]);
    logged(attw.args(["backdrop-studio.css", "custom-elements.json"]), "are-the-types-wrong")?;

    let sites = home.join("sites");
    for (name, sources, build) in SITES {
        let site = sites.join(name);
        copy(&place.root.join(sources), &site)?;
        install(place, home, &site, tarball)?;
        let mut bundler = tool(build[0]);
        logged(bundler.current_dir(&site).args(&build[1..]), &format!("a site by {name}"))?;
    }
    // Without a bundler: npm's own copy, served as it lies there.
    let plain = sites.join("plain");
    copy(&place.root.join("tests/web/plain"), &plain)?;
    install(place, home, &plain, tarball)?;

    // The examples that need no bundler have the zip's folder beside them.
    for name in ["html", "csp", "form"] {
        let site = sites.join(name);
        copy(&place.root.join("examples").join(name), &site)?;
        unzip(zip, &site)?;
    }

    let types = sites.join("types");
    copy(&place.root.join("tests/web/types"), &types)?;
    install(place, home, &types, tarball)?;
    logged(tool("tsc").arg("--project").arg(&types), "types")?;
    let manifest = folder.join("custom-elements.json");
    let mut check = place.command("node");
    logged(check.current_dir(&types).arg("manifest.mjs").arg(manifest), "manifest")
}

/// The checkers and bundlers, at the versions of the lockfile.
fn tools(place: &Place) -> Result<PathBuf> {
    let project = place.root.join("tests/web");
    let lock = fs::read(project.join("package-lock.json"))?;
    let name = format!("web-{}", tag::hex(&Sha256::digest(&lock)[..6]));
    let folder = place.cache.join(&name);
    if !folder.exists() {
        run::step("checkers and bundlers (npm)", || {
            place.cache.install(&name, |folder| {
                for file in ["package.json", "package-lock.json"] {
                    fs::copy(project.join(file), folder.join(file))?;
                }
                let mut npm = npm(place);
                npm.current_dir(folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
                run::logged(&mut npm, &place.cache.join("web.log"))
            })
        })?;
    }
    Ok(folder)
}

fn unzip(zip: &Path, to: &Path) -> Result<()> {
    Ok(zip::ZipArchive::new(fs::File::open(zip)?)?.extract(to)?)
}

/// As `npm install` of the package in a site that has nothing else from npm: it needs nothing.
fn install(place: &Place, home: &Path, site: &Path, tarball: &Path) -> Result<()> {
    let described = site.join("package.json");
    let own = fs::read(&described).ok();
    fs::write(&described, r#"{ "private": true, "type": "module" }"#)?;
    let mut npm = npm(place);
    npm.current_dir(site)
        .args(["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts"])
        .arg(tarball);
    run::logged(&mut npm, &home.join("npm-install.log"))?;
    let installed = site.join("node_modules").join(NAME).join("package.json");
    let there = installed.exists();
    cache::remove(&site.join("dist"))?;
    if let Some(own) = own {
        fs::write(&described, own)?;
    }
    there.then_some(()).context("npm has not installed the package")
}
