//! The built page inside the program: what `cargo xtask build` put into `dist/`.

use rust_embed::{Embed, EmbeddedFile};
use std::future::{Ready, ready};
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs::{Backend, File, Metadata};

#[derive(Embed)]
#[folder = "../../dist"]
// Lint builds with every feature and without a page.
#[allow_missing = true]
struct Dist;

/// Reads the files of the page from the program itself.
#[derive(Clone, Copy, Debug)]
pub struct Built;

/// One of them.
pub struct Page {
    bytes: Cursor<std::borrow::Cow<'static, [u8]>>,
    facts: Facts,
}

/// What is known of a file, or that it is a folder.
#[derive(Clone, Copy)]
pub struct Facts {
    length: u64,
    modified: SystemTime,
    is_dir: bool,
}

impl Built {
    /// Whether there was a page when the program was built.
    #[must_use]
    pub fn is_there() -> bool {
        Dist::get("index.html").is_some()
    }

    fn file(path: &Path) -> Option<(EmbeddedFile, Facts)> {
        let name = path.strip_prefix(".").unwrap_or(path);
        let file = Dist::get(&name.to_str()?.replace('\\', "/"))?;
        let seconds = file.metadata.last_modified().unwrap_or_default();
        // The tag is made of time and length, and a build may come with any time: so the content
        // has a part in the time, too small for a date to show it.
        let [a, b, c, d, ..] = file.metadata.sha256_hash();
        let nanos = u32::from_le_bytes([a, b, c, d]) % 1_000_000_000;
        let facts = Facts {
            length: file.data.len() as u64,
            modified: UNIX_EPOCH + Duration::new(seconds, nanos),
            is_dir: false,
        };
        Some((file, facts))
    }
}

impl Backend for Built {
    type File = Page;
    type Metadata = Facts;
    type OpenFuture = Ready<io::Result<Page>>;
    type MetadataFuture = Ready<io::Result<Facts>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        let page = Self::file(&path)
            .map(|(file, facts)| Page { bytes: Cursor::new(file.data), facts })
            .ok_or_else(|| io::ErrorKind::NotFound.into());
        ready(page)
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        let root = path.components().all(|part| part == std::path::Component::CurDir);
        let folder = || Facts { length: 0, modified: UNIX_EPOCH, is_dir: true };
        let facts = if root { Some(folder()) } else { Self::file(&path).map(|(_, facts)| facts) };
        ready(facts.ok_or_else(|| io::ErrorKind::NotFound.into()))
    }
}

impl Metadata for Facts {
    fn is_dir(&self) -> bool {
        self.is_dir
    }

    fn modified(&self) -> io::Result<SystemTime> {
        Ok(self.modified)
    }

    fn len(&self) -> u64 {
        self.length
    }
}

impl File for Page {
    type Metadata = Facts;
    type MetadataFuture<'a> = Ready<io::Result<Facts>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.facts))
    }
}

impl AsyncRead for Page {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_read(context, buffer)
    }
}

impl AsyncSeek for Page {
    fn start_seek(mut self: Pin<&mut Self>, position: io::SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.bytes).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.bytes).poll_complete(context)
    }
}
