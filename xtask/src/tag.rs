//! `cargo xtask tag`: what Trunk has built becomes the tag, ready to be put on any server.
//!
//! Trunk runs it after each build, on what it is about to publish: the module that wasm-bindgen wrote,
//! with its snippets, becomes one file; that and the wasm get names by their content; and the script
//! that a page includes, whose name never changes, gets those names and hashes.

use crate::engine::{self, Engine};
use crate::offline;
use crate::optimise;
use crate::place::Place;
use crate::precompress;
use crate::run;
use crate::setup::tools;
use crate::split::{self, Split};
use crate::words;
use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// The script that a page includes.
pub const SCRIPT: &str = "backdrop-studio.js";

/// What the names of the script's, the engine's and the room's files begin with.
const STUDIO: &str = "backdrop-studio";
const ENGINE: &str = "backdrop-engine";
const ROOM: &str = "backdrop-room";

/// A style sheet that a page may include: it keeps the room until the script is there.
pub const SHEET: &str = "backdrop-studio.css";

/// A file under its final name.
pub struct Made {
    pub name: String,
    /// As in an `integrity` attribute.
    pub hash: String,
    pub size: usize,
}

/// The files that the script brings.
pub struct Files {
    pub glue: Made,
    pub wasm: Made,
    /// What it brings once the studio stands; none where the program is whole.
    pub parts: Vec<Made>,
    /// The studio's languages, as [`words::CODES`] has them: one is loaded where it is spoken.
    pub words: Vec<Made>,
    /// What it brings later, for a device that makes pictures by itself.
    pub engine: Engine,
    /// What keeps things in the browser, brought when there is one to be kept.
    pub room: Made,
}

impl Files {
    pub fn all(&self) -> impl Iterator<Item = &Made> {
        let first = [&self.glue, &self.wasm].into_iter();
        let later = self.engine.all().into_iter().chain([&self.room]);
        first.chain(&self.parts).chain(&self.words).chain(later)
    }
}

/// As Trunk's hook.
pub fn run(place: &Place) -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let staging = staging.context("this is run by trunk, which says where it builds")?;
    let files = files(place, &staging)?;
    script(place, &files, "backdrop-studio", &["--minify"], &staging.join(SCRIPT))?;
    fs::write(staging.join(SHEET), before(&css(place, "host.css")?))?;
    preload(&staging.join("index.html"), &files)?;
    offline::write(place, &files, &staging)
}

/// The files of a page that is built.
pub fn find(dist: &Path) -> Result<Files> {
    let known = |path: &Path| -> Result<Made> {
        let bytes = fs::read(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Made { name, hash: hash(&Sha256::digest(&bytes)), size: bytes.len() })
    };
    let made = |start: &str, end: &str| known(&only(dist, start, end)?);
    let parts = named(dist, split::PART, ".wasm")?;
    let parts = parts.iter().map(|path| known(path)).collect::<Result<_>>()?;
    let words = words::CODES.map(|code| made(&words::start(code), ".txt"));
    let words = words.into_iter().collect::<Result<_>>()?;
    let engine = Engine {
        worker: made(ENGINE, ".js")?,
        module: made(ENGINE, ".wasm")?,
        weights: made("u2netp", ".bin")?,
    };
    let (glue, wasm, room) = (made(STUDIO, ".js")?, made(STUDIO, ".wasm")?, made(ROOM, ".js")?);
    Ok(Files { glue, wasm, parts, words, engine, room })
}

/// Brings glue and wasm into their final form and under their final names.
fn files(place: &Place, folder: &Path) -> Result<Files> {
    let trunks = [only(folder, STUDIO, ".js")?, only(folder, STUDIO, "_bg.wasm")?];
    let engine = engine::build(place, folder)?;
    let words = words::build(place, folder)?;
    let room = room(place, folder)?;
    let [glue, wasm] = trunks.clone();
    let Split { glue, wasm, parts } = match split::is_wanted(&glue)? {
        true => split::split(place, folder)?,
        false => Split { glue, wasm, parts: Vec::new() },
    };
    let entry = folder.join("entry.js");
    let module = serde_json::to_string(&glue)?;
    let snippets = glue.with_file_name("snippets");
    let languages = precompress::files_in(&snippets)?;
    let languages = languages.iter().find(|path| path.ends_with("src/words/languages.js"));
    let languages =
        serde_json::to_string(languages.context("wasm-bindgen wrote no languages.js")?)?;
    // The words come beside the wasm, which cannot ask for them yet.
    let exports =
        format!("export {{ initSync, mount }} from {module};export {{ bring }} from {languages};");
    fs::write(&entry, exports)?;
    let mut esbuild = place.command("esbuild");
    esbuild.arg(&entry).args(["--bundle", "--minify", "--format=esm"]);
    for (what, made) in ["WORKER", "MODULE", "WEIGHTS"].into_iter().zip(engine.all()) {
        esbuild.arg(format!("--define:{what}_NAME=\"./{}\"", made.name));
        esbuild.arg(format!("--define:{what}_HASH=\"{}\"", made.hash));
    }
    esbuild.arg(format!("--define:FINER_NAME=\"./{}\"", engine::FINER));
    esbuild.arg(format!("--define:FINER_HASH=\"{}\"", engine::FINER_SHA256));
    for (code, made) in words::CODES.into_iter().zip(&words) {
        let code = code.to_uppercase();
        esbuild.arg(format!("--define:WORDS_{code}_NAME=\"./{}\"", made.name));
        esbuild.arg(format!("--define:WORDS_{code}_HASH=\"{}\"", made.hash));
    }
    esbuild.arg(format!("--define:ROOM_NAME=\"./{}\"", room.name));
    esbuild.arg(format!("--define:ROOM_HASH=\"{}\"", room.hash));
    let text = run::output(&mut esbuild)?;
    let bytes = match std::env::var("TRUNK_PROFILE").as_deref() {
        Ok("release") => optimise::for_size(place, &wasm, &[])?,
        _ => fs::read(&wasm)?,
    };
    for old in trunks.iter().chain([&entry]) {
        fs::remove_file(old)?;
    }
    crate::cache::remove(&folder.join("snippets"))?;
    let glue = write(folder, STUDIO, ".js", &text)?;
    let wasm = write(folder, STUDIO, ".wasm", &bytes)?;
    Ok(Files { glue, wasm, parts, words, engine, room })
}

/// The room where things are kept, as one module with the libraries that it uses.
fn room(place: &Place, folder: &Path) -> Result<Made> {
    let mut esbuild = place.command("esbuild");
    esbuild
        .arg(place.root.join("src/keep/room/room.js"))
        .args(["--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none"])
        .env("NODE_PATH", tools::libraries_path(&place.cache)?);
    write(folder, ROOM, ".js", &run::output(&mut esbuild)?)
}

/// The only file of this kind.
fn only(folder: &Path, start: &str, end: &str) -> Result<PathBuf> {
    match &named(folder, start, end)?[..] {
        [file] => Ok(file.clone()),
        others => bail!("there are {} files `{start}-…{end}`, not one", others.len()),
    }
}

/// The files of this kind.
fn named(folder: &Path, start: &str, end: &str) -> Result<Vec<PathBuf>> {
    let mut files = precompress::files_in(folder)?;
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.parent() == Some(folder)
            && name.starts_with(&format!("{start}-"))
            && name.ends_with(end)
    });
    Ok(files)
}

/// Writes bytes under a name by their content, as servers and the relay may then keep them for ever.
pub fn write(folder: &Path, start: &str, end: &str, bytes: &[u8]) -> Result<Made> {
    let digest = Sha256::digest(bytes);
    let name = format!("{start}-{}{end}", hex(&digest[..8]));
    fs::write(folder.join(&name), bytes)?;
    Ok(Made { name, hash: hash(&digest), size: bytes.len() })
}

/// As in the name of what is kept by its content.
pub fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash(digest: &[u8]) -> String {
    format!("sha256-{}", base64::prelude::BASE64_STANDARD.encode(digest))
}

/// Makes the script from `src/loader/<entry>.js`.
pub fn script(place: &Place, files: &Files, entry: &str, args: &[&str], to: &Path) -> Result<()> {
    let Files { glue, wasm, .. } = files;
    let mut esbuild = place.command("esbuild");
    esbuild
        .arg(place.root.join("src/loader").join(entry).with_extension("js"))
        .args(["--bundle", "--format=esm", "--target=es2022", "--charset=utf8"])
        .arg(format!("--external:./{}", glue.name))
        .arg(format!("--outfile={}", to.display()))
        .arg("--allow-overwrite")
        .arg("--log-level=warning")
        .args(args);
    let looks = css(place, "host.css")? + &css(place, "loading.css")?;
    for (name, value) in [
        ("GLUE_NAME", format!("./{}", glue.name)),
        ("GLUE_HASH", glue.hash.clone()),
        ("WASM_NAME", format!("./{}", wasm.name)),
        ("WASM_HASH", wasm.hash.clone()),
        ("LOOKS", looks),
    ] {
        esbuild.arg(format!("--define:{name}={}", serde_json::to_string(&value)?));
    }
    esbuild.arg(format!("--define:WASM_SIZE={}", wasm.size));
    run::shown(&mut esbuild)
}

/// A sheet of `style/`, made small.
fn css(place: &Place, name: &str) -> Result<String> {
    let sheet = place.root.join("style").join(name);
    let text = run::output(place.command("esbuild").arg(sheet).arg("--minify"))?;
    Ok(String::from_utf8(text)?.trim_end().to_owned())
}

/// The rules for the tag's host, as a page without the script can have them.
fn before(host: &str) -> String {
    let tag = "backdrop-studio:not(:defined)";
    host.replace(":host([", &format!("{tag}[")).replace("])", "]").replace(":host", tag)
}

/// The page names the files that its script will ask for, so that they come at once.
fn preload(page: &Path, Files { glue, wasm, .. }: &Files) -> Result<()> {
    let html = fs::read_to_string(page)?;
    let head = html.find("</head>").context("the page has no head")?;
    let (before, after) = html.split_at(head);
    let links = format!(
        "<link rel=\"modulepreload\" href=\"{}\" integrity=\"{}\" crossorigin>\
         <link rel=\"preload\" href=\"{}\" as=\"fetch\" crossorigin>",
        glue.name, glue.hash, wasm.name
    );
    Ok(fs::write(page, format!("{before}{links}{after}"))?)
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn the_room_of_a_tag_that_is_not_defined_yet() {
        let made = before(":host{display:block}:host([hidden]){display:none}");
        let tag = "backdrop-studio:not(:defined)";
        assert_eq!(made, format!("{tag}{{display:block}}{tag}[hidden]{{display:none}}"));
    }
}
