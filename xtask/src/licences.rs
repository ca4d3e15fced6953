//! The licence of every dependency, for every platform, against a list.

use crate::place::Place;
use crate::setup::{rust, tools};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;

/// Permissive: may go into what is shipped, with the licence's text beside it.
const SHIPPED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Fine beside those in what never leaves the workbench: the tests and this tool. Its terms are
/// about handing on changed files, which nobody does there.
const WORKBENCH: [&str; 1] = ["MPL-2.0"];

/// Members that are not shipped.
const UNSHIPPED: [&str; 2] = ["xtask", "journeys"];

pub fn check(place: &Place) -> Result<()> {
    let metadata = place.metadata(&["--all-features", "--locked"])?;
    let shipped = shipped(&metadata)?;
    let mut offending = Vec::new();
    let mut count = 0;
    for package in metadata["packages"].as_array().into_iter().flatten() {
        if package["source"].is_null() {
            continue; // ours
        }
        count += 1;
        let licence = package["license"].as_str();
        let id = package["id"].as_str().unwrap_or_default();
        let fine = licence.is_some_and(|l| is_fine(l, shipped.contains(id)));
        if !fine {
            offending.push(format!(
                "  {} {}: {}",
                package["name"].as_str().unwrap_or("?"),
                package["version"].as_str().unwrap_or("?"),
                licence.unwrap_or("no licence named")
            ));
        }
    }
    if !offending.is_empty() {
        bail!("licences that xtask/src/licences.rs does not allow:\n{}", offending.join("\n"));
    }
    println!("The licences of all {count} dependencies are fine.");
    Ok(())
}

/// The licences of what is compiled into the element, each text once, with the packages it is for.
pub fn texts(place: &Place) -> Result<String> {
    let metadata = place.metadata(&["--locked", "--filter-platform", rust::TARGET])?;
    let compiled = reached(&metadata, |name| name == "backdrop-studio")?;
    let mut by_text: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let id = package["id"].as_str().unwrap_or_default();
        if package["source"].is_null() || !compiled.contains(id) {
            continue;
        }
        let field = |name: &str| package[name].as_str().unwrap_or("?").to_owned();
        let folder = Path::new(package["manifest_path"].as_str().unwrap_or_default()).parent();
        let text = folder.and_then(text_in).unwrap_or_else(|| "No text comes with it.".into());
        let name = format!("{} {} ({})", field("name"), field("version"), field("license"));
        by_text.entry(text).or_default().insert(name);
    }
    for folder in tools::libraries(&place.cache) {
        let described: Value = serde_json::from_slice(&fs::read(folder.join("package.json"))?)?;
        let field = |name: &str| described[name].as_str().unwrap_or("?").to_owned();
        ensure!(is_fine(&field("license"), true), "{} may not be shipped", field("name"));
        let text = text_in(&folder).with_context(|| format!("no licence: {}", field("name")))?;
        let name = format!("{} {} ({})", field("name"), field("version"), field("license"));
        by_text.entry(text).or_default().insert(name);
    }
    let mut all = String::from(
        "What is compiled into the element, beside the standard library of Rust (MIT OR Apache-2.0).\n",
    );
    for (text, packages) in by_text {
        let packages: Vec<String> = packages.into_iter().collect();
        all += &format!("\n{}\n{}\n\n{text}\n", "-".repeat(72), packages.join("\n"));
    }
    Ok(all)
}

/// The text of a package's licence; where there is a choice, the shortest.
fn text_in(folder: &Path) -> Option<String> {
    let files = fs::read_dir(folder).ok()?.flatten().map(|file| file.path());
    let named = files.filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        name.starts_with("LICENSE") || name.starts_with("LICENCE") || name.starts_with("COPYING")
    });
    let texts = named.filter_map(|path| fs::read_to_string(path).ok());
    texts.map(|text| text.trim().to_owned()).min_by_key(String::len)
}

fn is_fine(licence: &str, shipped: bool) -> bool {
    // Lax, as old crates write "MIT/Apache-2.0".
    Expression::parse_mode(licence, ParseMode::LAX)
        .is_ok_and(|expression| expression.evaluate(|licence| is_allowed(licence, shipped)))
}

fn is_allowed(licence: &LicenseReq, shipped: bool) -> bool {
    // An addition ("WITH …") only ever permits more than the licence it is added to.
    licence
        .license
        .id()
        .is_some_and(|id| SHIPPED.contains(&id.name) || (!shipped && WORKBENCH.contains(&id.name)))
}

/// The ids of all packages that what we ship is built from.
fn shipped(metadata: &Value) -> Result<HashSet<&str>> {
    reached(metadata, |name| !UNSHIPPED.contains(&name))
}

/// The ids of all packages that our members of these names are built from.
fn reached(metadata: &Value, starts: impl Fn(&str) -> bool) -> Result<HashSet<&str>> {
    let list = |value: &'static str| metadata["resolve"][value].as_array();
    let nodes: HashMap<&str, &Value> = list("nodes")
        .context("cargo metadata has no dependency graph")?
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let mut open: Vec<&str> = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        if package["source"].is_null() && starts(name) {
            open.extend(package["id"].as_str());
        }
    }
    let mut reached = HashSet::new();
    while let Some(id) = open.pop() {
        if !reached.insert(id) {
            continue;
        }
        let deps = nodes.get(id).and_then(|node| node["deps"].as_array());
        for dep in deps.into_iter().flatten() {
            let kinds = dep["dep_kinds"].as_array();
            let only_for_tests = kinds.is_some_and(|k| k.iter().all(|k| k["kind"] == "dev"));
            if !only_for_tests {
                open.extend(dep["pkg"].as_str());
            }
        }
    }
    Ok(reached)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_such() {
        assert!(is_fine("MIT OR Apache-2.0", true));
        assert!(is_fine("MIT/Apache-2.0", true));
        assert!(is_fine("(MIT OR GPL-3.0-only) AND Unicode-3.0", true));
        assert!(is_fine("Apache-2.0 WITH LLVM-exception", true));
        assert!(!is_fine("MIT AND GPL-3.0-only", true));
        assert!(!is_fine("AGPL-3.0-or-later", true));
        assert!(!is_fine("not a licence", true));
    }

    #[test]
    fn the_workbench_may_use_more() {
        assert!(is_fine("MPL-2.0", false));
        assert!(!is_fine("MPL-2.0", true));
        assert!(!is_fine("AGPL-3.0-only", false));
    }

    #[test]
    fn what_is_shipped_follows_normal_and_build_dependencies() {
        let dep = |pkg: &str, kind: &str| {
            let kind = if kind.is_empty() { Value::Null } else { kind.into() };
            serde_json::json!({ "pkg": pkg, "dep_kinds": [{ "kind": kind }] })
        };
        let metadata = serde_json::json!({
            "packages": [
                { "id": "ours", "name": "backdrop-relay", "source": null },
                { "id": "tool", "name": "xtask", "source": null },
            ],
            "resolve": { "nodes": [
                { "id": "ours", "deps": [dep("a", ""), dep("b", "build"), dep("c", "dev")] },
                { "id": "tool", "deps": [dep("d", "")] },
                { "id": "a", "deps": [dep("e", "")] },
            ]},
        });
        let mut got: Vec<_> = shipped(&metadata).unwrap().into_iter().collect();
        got.sort_unstable();
        assert_eq!(got, ["a", "b", "e", "ours"]);
    }
}
