//! Which network finds the subject, and where the larger one's weights lie.

use crate::journal;
use backdrop_engine::{Damage, Engine, Refusal};
use std::io;
use std::path::{Path, PathBuf};

/// The networks that the engine can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Network {
    /// The small one, which is in the program
    Lite,
    /// The full one, from a file: finer and slower
    Hd,
}

/// Why the engine cannot start.
#[derive(Debug, thiserror::Error)]
pub enum NoEngine {
    #[error("--engine hd has no folder to look in: name the file of weights with --weights")]
    NoFolder,
    #[error(
        "the full network's weights cannot be read at {}: {why}; `cargo xtask hd` makes them there, \
         or name their file with --weights",
        path.display()
    )]
    Unreadable { path: PathBuf, why: io::Error },
    #[error("{} is no file of weights: {why}; `cargo xtask hd` makes it anew", path.display())]
    Damaged { path: PathBuf, why: Damage },
    #[error("{} holds the small network's weights; `cargo xtask hd` makes the full one's", path.display())]
    Small { path: PathBuf },
    #[error(transparent)]
    Engine(#[from] Refusal),
}

/// Where the full network's weights are: the file that was named, else `u2net.bin` beside the journal's
/// usual place, which need not be there.
#[must_use]
pub fn full(named: Option<&Path>) -> Option<PathBuf> {
    let usual = || Some(journal::place::folder()?.join("u2net.bin"));
    named.map(Path::to_owned).or_else(usual)
}

/// Starts the engine. `weights` is the file for [`Network::Hd`], if one is named; else see [`full`].
///
/// # Errors
/// [`NoEngine`] where the file is missing, damaged or another network's.
pub fn engine(network: Network, weights: Option<&Path>) -> Result<Engine, NoEngine> {
    if network == Network::Lite {
        return Ok(Engine::new()?);
    }
    let path = full(weights).ok_or(NoEngine::NoFolder)?;
    let file = match std::fs::read(&path) {
        Ok(file) => file,
        Err(why) => return Err(NoEngine::Unreadable { path, why }),
    };
    match Engine::load(&file) {
        Ok(engine) if engine.network() == "u2net" => Ok(engine),
        Ok(_) => Err(NoEngine::Small { path }),
        Err(why) => Err(NoEngine::Damaged { path, why }),
    }
}
