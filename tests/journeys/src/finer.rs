//! The finer network without its 44 MB, which are not in the repository: a made-up file of the same shape,
//! and the built page with that file's name and hash in place of the real one's.

use crate::place;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;

#[path = "../../../crates/network/src/tests/made_up.rs"]
mod made_up;

static MADE_UP: LazyLock<Vec<u8>> = LazyLock::new(made_up::made_up);

/// A made-up file of weights, and a page that takes no other.
pub struct Weights {
    folder: TempDir,
    name: String,
}

/// Makes both.
pub fn weights() -> Weights {
    let folder = TempDir::with_prefix("backdrop-finer-").expect("a folder");
    let digest = Sha256::digest(&*MADE_UP);
    let hex: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let weights = Weights { name: format!("u2net-{hex}.bin"), folder };
    fs::write(weights.file(), &*MADE_UP).expect("room for it");
    copy_all(&place::site(), &weights.site());
    weights.take(&sri(&digest));
    weights
}

impl Weights {
    /// What the page asks for.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("u2net.bin")
    }

    /// The folder of the page.
    pub fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    /// Puts a copy beside the page's files, as on a server of mere files.
    pub fn beside(self) -> Self {
        fs::copy(self.file(), self.site().join(&self.name)).expect("room for it");
        self
    }

    /// The page takes this hash, and its script and first page take a module that is changed so.
    fn take(&self, hash: &str) {
        let glue = self.site().join(place::file_of(&self.site(), "backdrop-studio-", ".js"));
        let text = fs::read_to_string(&glue).expect("a module");
        let before = sri(&Sha256::digest(&text));
        let at = text.find("u2net-").expect("the module names the file");
        let name = &text[at..at + "u2net-0123456789abcdef.bin".len()];
        let pin = &text[at..][text[at..].find("sha256-").expect("and its hash")..];
        let pin = &pin[..pin.find('"').expect("a text")];
        assert_eq!(pin.len(), hash.len(), "{pin}");
        let changed = text.replace(name, &self.name).replace(pin, hash);
        let after = sri(&Sha256::digest(&changed));
        rewrite(&glue, &changed);
        for name in ["backdrop-studio.js", "index.html"] {
            let file = self.site().join(name);
            let text = fs::read_to_string(&file).expect("a text");
            assert!(text.contains(&before), "{name} knows the module");
            rewrite(&file, &text.replace(&before, &after));
        }
    }
}

/// As an `integrity` attribute has it.
fn sri(digest: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(digest))
}

/// What was packed of it before goes.
fn rewrite(file: &Path, text: &str) {
    fs::write(file, text).expect("room for it");
    for end in ["br", "gz"] {
        let _ = fs::remove_file(format!("{}.{end}", file.display()));
    }
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the built page").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("room for it");
        }
    }
}
