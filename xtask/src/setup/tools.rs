//! The tools that turn the crate into a page, each at the one version that is known to work with
//! the others.

use super::debian;
use crate::cache::{self, Cache};
use crate::place::{Place, on_path};
use crate::run;
use anyhow::{Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

struct Tool {
    /// Crate or npm package.
    name: &'static str,
    version: &'static str,
    by: By,
    /// Where its programs lie in its folder, and one of them.
    bin: &'static str,
    program: &'static str,
}

enum By {
    Cargo {
        args: &'static [&'static str],
        /// The tool runs for a second a build and compiles for minutes: what optimisation costs
        /// is more than it brings. wasm-bindgen works on the whole module, so it gets a little.
        opt_level: &'static str,
    },
    Npm,
}

const TRUNK: Tool = Tool {
    name: "trunk",
    version: "0.21.14",
    by: By::Cargo { args: &["--no-default-features"], opt_level: "0" },
    bin: "bin",
    program: "trunk",
};

/// The version of the `wasm-bindgen` crate in Cargo.lock: the two must be the same.
const WASM_BINDGEN: Tool = Tool {
    name: "wasm-bindgen-cli",
    version: "0.2.129",
    by: By::Cargo { args: &[], opt_level: "1" },
    bin: "bin",
    program: "wasm-bindgen",
};

/// Parts the page's program in two. It works on the whole module, too.
const WASM_SPLIT: Tool = Tool {
    name: "wasm_split_cli_support",
    version: "0.2.4",
    by: By::Cargo { args: &["--features", "build-binary"], opt_level: "1" },
    bin: "bin",
    program: "wasm-split-cli",
};

/// Holds wasm-opt. Distributions' older ones fail on what today's compiler writes.
const BINARYEN: Tool = Tool {
    name: "binaryen",
    version: "132.0.0",
    by: By::Npm,
    bin: "node_modules/.bin",
    program: "wasm-opt",
};

/// Makes the element's script of its modules, and takes out what a browser need not read.
const ESBUILD: Tool = Tool {
    name: "esbuild",
    version: "0.28.2",
    by: By::Npm,
    bin: "node_modules/.bin",
    program: "esbuild",
};

/// Drives Firefox. The npm package of this name downloads it from elsewhere.
const GECKODRIVER: Tool = Tool {
    name: "geckodriver",
    version: "0.37.1",
    by: By::Cargo { args: &[], opt_level: "0" },
    bin: "bin",
    program: "geckodriver",
};

/// Runs the targets in `fuzz/`; installed only when they are run.
const FUZZER: Tool = Tool {
    name: "cargo-fuzz",
    version: "0.13.2",
    by: By::Cargo { args: &[], opt_level: "0" },
    bin: "bin",
    program: "cargo-fuzz",
};

/// Judges the page; installed only for its bench. Later ones need a later Node than Debian has.
const LIGHTHOUSE: Tool = Tool {
    name: "lighthouse",
    version: "12.8.2",
    by: By::Npm,
    bin: "node_modules/lighthouse/cli",
    program: "index.js",
};

/// What the page's own JavaScript is made with. Neither needs another package.
const LIBRARIES: [Tool; 2] = [
    library("client-zip", "2.5.1", "node_modules/client-zip"),
    library("unzipit", "2.1.1", "node_modules/unzipit"),
];

const fn library(name: &'static str, version: &'static str, bin: &'static str) -> Tool {
    Tool { name, version, by: By::Npm, bin, program: "package.json" }
}

const TOOLS: [Tool; 5] = [TRUNK, WASM_BINDGEN, WASM_SPLIT, BINARYEN, ESBUILD];

/// The folders for the PATH.
pub fn bins(cache: &Cache) -> impl Iterator<Item = PathBuf> {
    TOOLS.iter().chain([&FUZZER]).map(|tool| tool.folder(cache).join(tool.bin))
}

/// The folders of the libraries themselves.
pub fn libraries(cache: &Cache) -> [PathBuf; LIBRARIES.len()] {
    LIBRARIES.each_ref().map(|library| library.folder(cache).join(library.bin))
}

/// Where esbuild finds them: a value for `NODE_PATH`.
pub fn libraries_path(cache: &Cache) -> Result<OsString> {
    let folders = LIBRARIES.each_ref().map(|library| library.folder(cache).join("node_modules"));
    Ok(std::env::join_paths(folders)?)
}

/// What runs the studio's module tests in a browser.
pub fn test_runner(cache: &Cache) -> PathBuf {
    WASM_BINDGEN.folder(cache).join(WASM_BINDGEN.bin).join("wasm-bindgen-test-runner")
}

/// The driver of Firefox, if it is installed.
pub fn geckodriver(cache: &Cache) -> Option<PathBuf> {
    let bin = GECKODRIVER.folder(cache).join(GECKODRIVER.bin);
    GECKODRIVER.is_there(cache).then(|| bin.join(GECKODRIVER.program))
}

/// Returns whether anything had to be installed.
pub fn ensure(place: &Place) -> Result<bool> {
    // wasm-opt is a Node program: it needs Node to run, not only to be installed.
    let mut installed = ensure_node(&place.cache)?;
    for tool in TOOLS.iter().chain(&LIBRARIES) {
        installed |= tool.ensure(place)?;
    }
    Ok(installed)
}

/// As [`ensure`], for the driver of Firefox.
pub fn ensure_geckodriver(place: &Place) -> Result<bool> {
    GECKODRIVER.ensure(place)
}

/// What `cargo xtask fuzz` needs beside a nightly compiler.
pub fn ensure_fuzzer(place: &Place) -> Result<bool> {
    FUZZER.ensure(place)
}

/// What `cargo xtask bench page` needs beside what the tests do.
pub fn ensure_lighthouse(place: &Place) -> Result<bool> {
    LIGHTHOUSE.ensure(place)
}

/// Its program, for Node.
pub fn lighthouse(cache: &Cache) -> PathBuf {
    LIGHTHOUSE.folder(cache).join(LIGHTHOUSE.bin).join(LIGHTHOUSE.program)
}

impl Tool {
    fn ensure(&self, place: &Place) -> Result<bool> {
        if self.is_there(&place.cache) {
            return Ok(false);
        }
        run::step(&format!("{} {}", self.name, self.version), || {
            place.cache.install(&self.folder_name(), |folder| self.install(place, folder))
        })?;
        Ok(true)
    }

    fn folder_name(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    fn folder(&self, cache: &Cache) -> PathBuf {
        cache.join(self.folder_name())
    }

    fn is_there(&self, cache: &Cache) -> bool {
        let program = self.folder(cache).join(self.bin).join(self.program);
        program.exists() || program.with_extension("exe").exists()
    }

    fn install(&self, place: &Place, folder: &Path) -> Result<()> {
        let log = place.cache.join(format!("{}.log", self.name));
        match self.by {
            By::Cargo { args, opt_level } => {
                let build = place.cache.join(format!("{}.build", self.folder_name()));
                let mut cargo = place.cargo(["install", "--locked", self.name]);
                cargo
                    .args(["--version", self.version, "--root"])
                    .arg(folder)
                    .args(args)
                    // Outside the repository: its Cargo settings are for its own crates.
                    .current_dir(folder)
                    .env("CARGO_TARGET_DIR", &build)
                    .env("CARGO_PROFILE_RELEASE_LTO", "off")
                    .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                    .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level);
                let result = run::logged(&mut cargo, &log);
                cache::remove(&build)?;
                result
            }
            By::Npm => {
                let npm = on_path("npm").unwrap_or_else(|| "npm".into());
                let package = format!("{}@{}", self.name, self.version);
                run::logged(
                    place
                        .command(npm)
                        .current_dir(folder)
                        .args(["install", "--no-audit", "--no-fund", "--prefix"])
                        .arg(folder)
                        .arg(package),
                    &log,
                )
            }
        }
    }
}

fn ensure_node(cache: &Cache) -> Result<bool> {
    let npm_needed = !BINARYEN.is_there(cache);
    if on_path("node").is_some() && (!npm_needed || on_path("npm").is_some()) {
        return Ok(false);
    }
    if !debian::is_root() {
        bail!(
            "wasm-opt comes by npm: install Node.js with npm (https://nodejs.org), then try again"
        );
    }
    run::step("Node.js and npm (packages)", || debian::install(cache, &["nodejs", "npm"]))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_has_the_version_of_the_crate() {
        let lock = include_str!("../../../Cargo.lock");
        let both = format!("name = \"wasm-bindgen\"\nversion = \"{}\"\n", WASM_BINDGEN.version);
        assert!(lock.contains(&both), "the pin here and Cargo.lock differ");
    }
}
