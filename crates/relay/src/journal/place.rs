//! Where the journal, and what else is kept, lies when nobody says where.

use std::path::PathBuf;

/// The state folder of a service, else of the person.
///
/// systemd names one in `STATE_DIRECTORY`; else it is `$XDG_STATE_HOME/backdrop`, else
/// `~/.local/state/backdrop`. None where there is no home.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    // It may name several; the first is the service's own.
    let service = set("STATE_DIRECTORY").and_then(|folders| std::env::split_paths(&folders).next());
    let person = || {
        let state = set("XDG_STATE_HOME").map(PathBuf::from);
        let home = || std::env::home_dir().map(|home| home.join(".local/state"));
        Some(state.filter(|path| path.is_absolute()).or_else(home)?.join("backdrop"))
    };
    service.or_else(person)
}

/// The journal, in the [`folder`].
#[must_use]
pub fn default() -> Option<PathBuf> {
    Some(folder()?.join("journal.sqlite"))
}
