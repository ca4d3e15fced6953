//! The page's program in two: what a first visit needs, and the parts that come later.
//!
//! Trunk has no step between the compiler and wasm-bindgen, so what it made of the whole program is
//! left aside, and made again from what the compiler wrote.

use crate::optimise;
use crate::place::Place;
use crate::precompress::files_in;
use crate::run;
use crate::setup::rust;
use crate::tag::{Made, write};
use crate::trap;
use anyhow::{Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// What the names of the parts begin with.
pub const PART: &str = "backdrop-part";

/// What a program that is to be parted imports its parts from, before it is.
const MARK: &str = "__wasm_split_placeholder__";

/// The module that brings them, afterwards.
const LINK: &str = "__wasm_split.js";

/// Whether wasm-bindgen's module is that of a program that is to be parted.
pub fn is_wanted(glue: &Path) -> Result<bool> {
    Ok(fs::read_to_string(glue)?.contains(MARK))
}

/// A program in two: wasm-bindgen's module with what belongs to it, its wasm, and the parts.
pub struct Split {
    pub glue: PathBuf,
    pub wasm: PathBuf,
    pub parts: Vec<Made>,
}

/// Parts the program that Cargo built last, and puts the parts into a folder, under names by content.
pub fn split(place: &Place, folder: &Path) -> Result<Split> {
    let target = place.target_dir()?;
    let whole = target.join(rust::TARGET).join("page/backdrop-studio.wasm");
    let home = target.join("split");
    crate::cache::remove(&home)?;
    let (parted, bound) = (home.join("parted"), home.join("bound"));
    fs::create_dir_all(&bound)?;
    let mut tool = place.command("wasm-split-cli");
    run::shown(tool.args([&whole, &parted]).args(["--out-name", "glue"]))?;
    let mut tool = place.command("wasm-bindgen");
    tool.args([
        "--target=web",
        "--no-typescript",
        "--keep-lld-exports",
        "--no-demangle",
        "--out-name=glue",
    ]);
    run::shown(tool.arg("--out-dir").arg(&bound).arg(parted.join("glue.wasm")))?;

    let wasm = bound.join("glue_bg.wasm");
    fs::write(&wasm, trap::instead_of_panics(&fs::read(&wasm)?)?)?;

    let mut link = fs::read_to_string(parted.join(LINK))?;
    let mut parts = Vec::new();
    for file in files_in(&parted)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name == "glue.wasm" || file.extension() != Some("wasm".as_ref()) {
            continue;
        }
        let part = write(folder, PART, ".wasm", &optimise::for_size(place, &file, &[])?)?;
        // As it is generated, without a check.
        let plain = format!("fetch(new URL(\"./{name}\", import.meta.url))");
        ensure!(link.contains(&plain), "{LINK} does not fetch {name} as it did");
        let checked =
            format!("part(new URL(\"./{}\", import.meta.url), \"{}\")", part.name, part.hash);
        link = link.replace(&plain, &checked);
        parts.push(part);
    }
    ensure!(!link.contains("fetch("), "{LINK} fetches something that is not checked");
    let part = serde_json::to_string(&place.root.join("src/loader/part.js"))?;
    fs::write(bound.join(LINK), format!("import {{ part }} from {part};\n{link}"))?;
    Ok(Split { glue: bound.join("glue.js"), wasm, parts })
}
