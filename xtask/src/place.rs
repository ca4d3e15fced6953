//! Where things are: the repository, the tools, and the Rust that builds the page.

use crate::cache::Cache;
use crate::run;
use crate::setup::{Rust, tools};
use anyhow::{Context as _, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Place {
    /// The repository's root.
    pub root: PathBuf,
    pub cache: Cache,
    pub rust: Rust,
}

impl Place {
    pub fn find() -> Result<Self> {
        // Set by `cargo run` to where the sources are now; the compiled-in path serves a binary
        // that is started by hand.
        let here = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = here.parent().context("xtask has no parent folder")?.into();
        let cache = Cache::find()?;
        let rust = Rust::find(&cache);
        Ok(Self { root, cache, rust })
    }

    /// A program to be run in the repository, which finds the pinned tools before any other.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(&self.root).env("PATH", self.path());
        self.rust.apply(&mut command);
        command
    }

    pub fn cargo<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.command("cargo");
        command.args(args);
        command
    }

    /// The page as it is served.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Where Cargo puts what it builds, whatever the environment or a config file says.
    pub fn target_dir(&self) -> Result<PathBuf> {
        let metadata = self.metadata(&["--no-deps"])?;
        let folder = metadata["target_directory"].as_str();
        Ok(folder.context("cargo metadata names no target folder")?.into())
    }

    pub fn metadata(&self, args: &[&str]) -> Result<serde_json::Value> {
        let mut command = self.cargo(["metadata", "--format-version", "1"]);
        Ok(serde_json::from_slice(&run::output(command.args(args))?)?)
    }

    fn path(&self) -> OsString {
        let mut folders: Vec<PathBuf> = Vec::new();
        folders.extend(self.rust.bin(&self.cache));
        folders.extend(tools::bins(&self.cache));
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        folders.extend(std::env::split_paths(&inherited));
        // Fails only if a folder's name holds the separator; then the tools could not be found by
        // PATH anyway, and the error comes from the program that is missing.
        std::env::join_paths(folders).unwrap_or(inherited)
    }
}

/// A program on the PATH of whoever called us.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}
