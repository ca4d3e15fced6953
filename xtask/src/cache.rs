//! The one folder that holds everything `setup` installs by itself.
//!
//! Each tool's folder carries its pin, so that "is it there?" is a single look at the disk, and a
//! new pin never meets an old tool. Deleting the folder costs a few minutes and nothing else.

use anyhow::{Context as _, Result};
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

pub struct Cache {
    root: PathBuf,
}

impl Cache {
    pub fn find() -> Result<Self> {
        let chosen = choose(
            std::env::var_os("BACKDROP_TOOLS"),
            std::env::var_os("XDG_CACHE_HOME"),
            std::env::home_dir(),
        )
        .context("no home folder: set BACKDROP_TOOLS to a folder for the tools")?;
        Ok(Self { root: std::path::absolute(chosen)? })
    }

    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.join(name)
    }

    /// Two set-ups at once would install over each other: the second waits for the first.
    pub fn lock(&self) -> Result<File> {
        let path = self.join("setup.lock");
        fs::create_dir_all(&self.root)
            .with_context(|| format!("cannot make {}", self.root.display()))?;
        let file =
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                println!("Another set-up is under way: waiting for it.");
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(file)
    }

    /// Fills `name` by way of a sibling that is renamed at the end, so that an install that was
    /// interrupted is never taken for a complete one.
    pub fn install(&self, name: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        let partial = self.join(format!("{name}.partial"));
        let whole = self.join(name);
        remove(&partial)?;
        fs::create_dir_all(&partial)?;
        fill(&partial)?;
        remove(&whole)?;
        fs::rename(&partial, &whole)?;
        Ok(())
    }
}

/// Removes a folder and all in it; a folder that is not there is fine.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn choose(
    tools: Option<OsString>,
    cache_home: Option<OsString>,
    home: Option<PathBuf>,
) -> Option<PathBuf> {
    let given = |value: Option<OsString>| value.filter(|v| !v.is_empty()).map(PathBuf::from);
    given(tools)
        // The XDG rule: a relative path there is to be ignored.
        .or_else(|| {
            given(cache_home).filter(|path| path.is_absolute()).map(|path| path.join("backdrop"))
        })
        .or_else(|| home.map(|path| path.join(".cache/backdrop")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(tools: &str, cache_home: &str, home: &str) -> Option<PathBuf> {
        let home = Some(PathBuf::from(home)).filter(|h| !h.as_os_str().is_empty());
        choose(Some(tools.into()), Some(cache_home.into()), home)
    }

    #[test]
    fn the_explicit_folder_wins() {
        assert_eq!(chosen("/t", "/c", "/h"), Some("/t".into()));
    }

    #[test]
    fn then_the_cache_home_if_absolute() {
        assert_eq!(chosen("", "/c", "/h"), Some("/c/backdrop".into()));
        assert_eq!(chosen("", "c", "/h"), Some("/h/.cache/backdrop".into()));
    }

    #[test]
    fn then_the_home_folder_or_nothing() {
        assert_eq!(chosen("", "", "/h"), Some("/h/.cache/backdrop".into()));
        assert_eq!(chosen("", "", ""), None);
    }

    #[test]
    fn an_interrupted_install_leaves_nothing_that_looks_complete() {
        let root = std::env::temp_dir().join(format!("backdrop-xtask-{}", std::process::id()));
        let cache = Cache { root: root.clone() };
        let failed = cache.install("tool-1", |folder| {
            fs::write(folder.join("half"), "")?;
            anyhow::bail!("pulled the plug")
        });
        assert!(failed.is_err());
        assert!(!cache.join("tool-1").exists());

        let second = cache.install("tool-1", |folder| Ok(fs::write(folder.join("whole"), "")?));
        assert!(second.is_ok());
        assert!(cache.join("tool-1/whole").exists());
        assert!(!cache.join("tool-1/half").exists());
        assert!(remove(&root).is_ok());
    }
}
