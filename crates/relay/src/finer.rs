//! The full network's weights for pages whose own device cuts out, if they are on this machine.
//!
//! They lie beside the page's files under a name by their content, as a page asks for them: the page knows
//! the hash of those that it can use, so a relay that has others has none for it.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use ring::digest;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::OnceCell;
use tower::ServiceExt as _;
use tower_http::services::ServeFile;

/// What the name begins with.
const START: &str = "/u2net-";

/// A file of weights, and its name for pages.
#[derive(Clone, Debug, Default)]
pub struct Finer {
    file: Option<PathBuf>,
    /// Known once somebody asks: a large file takes a moment.
    name: Arc<OnceCell<String>>,
}

impl Finer {
    /// In this file, which need not be there.
    #[must_use]
    pub fn new(file: Option<PathBuf>) -> Self {
        Self { file, name: Arc::default() }
    }

    /// The file, if it is what is asked for.
    pub async fn reply(&self, request: Request) -> Option<Response> {
        let path = request.uri().path();
        let file = self.file.clone().filter(|_| path.starts_with(START))?;
        let hashed = file.clone();
        let name = self.name.get_or_try_init(|| async {
            tokio::task::spawn_blocking(move || name(&hashed)).await.map_err(io::Error::other)?
        });
        if path != name.await.ok()? {
            return None;
        }
        // As pieces, never in memory as a whole.
        Some(ServeFile::new(file).oneshot(request).await.into_response())
    }
}

/// The path of a file by its content, as `cargo xtask tag` names files.
fn name(file: &Path) -> io::Result<String> {
    let mut file = File::open(file)?;
    let mut hash = digest::Context::new(&digest::SHA256);
    let mut piece = [0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            size => hash.update(&piece[..size]),
        }
    }
    let mut name = START.to_owned();
    for byte in hash.finish().as_ref().iter().take(8) {
        let _ = write!(name, "{byte:02x}");
    }
    Ok(name + ".bin")
}
