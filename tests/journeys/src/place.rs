//! Where things are.

use std::path::{Path, PathBuf};

/// The built page: `$BACKDROP_SITE`, else `dist` in the repository.
pub fn site() -> PathBuf {
    std::env::var_os("BACKDROP_SITE").map_or_else(|| root().join("dist"), PathBuf::from)
}

/// The name of the built file in a folder that starts and ends so; between is a hash.
pub(crate) fn file_of(folder: &Path, start: &str, end: &str) -> String {
    let files = std::fs::read_dir(folder).expect("the element's files").flatten();
    files
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .find(|name| name.starts_with(start) && name.ends_with(end))
        .expect("the built page has such a file")
}

/// The real photographs that the page offers too.
pub(crate) fn samples() -> PathBuf {
    root().join("samples")
}

/// Where screenshots go: `target/screens`.
pub fn screens() -> PathBuf {
    let folder = target().join("screens");
    std::fs::create_dir_all(&folder).expect("the folder for screenshots");
    folder
}

/// The relay's program: `$BACKDROP_RELAY`, else the one `cargo build -p backdrop-relay` made.
pub(crate) fn relay() -> PathBuf {
    let built = || {
        let name = format!("backdrop-relay{}", std::env::consts::EXE_SUFFIX);
        target().join("debug").join(name)
    };
    let program = std::env::var_os("BACKDROP_RELAY").map_or_else(built, PathBuf::from);
    assert!(
        program.exists(),
        "no relay at {}: `cargo build -p backdrop-relay` makes it",
        program.display()
    );
    program
}

/// Cargo's target folder: where it put this very test, whatever the settings.
pub(crate) fn target() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    test.ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").exists())
        .map_or_else(|| root().join("target"), Path::to_owned)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
