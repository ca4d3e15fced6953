//! A picture that came back.

use super::http::{File, pixels};
use crate::photo::{ObjectUrl, bytes_in};
use backdrop_contract::{Details, Format};
use web_sys::Blob;

/// A picture that came back. Cheap to clone: the bytes stay with the browser.
#[derive(Clone, Debug)]
pub struct Picture {
    pub source: PictureSource,
    /// Width and height in pixels.
    pub size: (u32, u32),
    pub origin: Origin,
    /// What the reply told beside it.
    pub details: Details,
}

/// Where a picture's bytes are.
#[derive(Clone, Debug)]
pub enum PictureSource {
    /// In a file that the browser holds.
    File { blob: Blob, format: Format, url: ObjectUrl },
    /// At an address that lets pages show it and not read it.
    Elsewhere(String),
}

/// Who made a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Provider,
    /// A relay's own engine, with the look it painted if words chose one.
    Engine {
        look: Option<String>,
    },
}

impl Picture {
    /// With what another reply told of it, too.
    pub(super) fn with(mut self, told: &Details) -> Self {
        for (detail, text) in told {
            detail.tell(text, &mut self.details);
        }
        self
    }

    /// What an `<img>` shows.
    pub fn url(&self) -> &str {
        match &self.source {
            PictureSource::File { url, .. } => url.as_str(),
            PictureSource::Elsewhere(url) => url,
        }
    }

    /// The size of the file in bytes; 0 when it lies elsewhere.
    pub fn bytes(&self) -> u64 {
        self.blob().map_or(0, bytes_in)
    }

    /// The file, unless it lies elsewhere.
    pub fn blob(&self) -> Option<&Blob> {
        match &self.source {
            PictureSource::File { blob, .. } => Some(blob),
            PictureSource::Elsewhere(_) => None,
        }
    }
}

impl PictureSource {
    /// A picture by its first bytes, whatever anyone said it is, with its width and height in
    /// pixels; none when it is none, has no end or cannot be decoded.
    pub(super) fn of(file: &File) -> Option<(Self, (u32, u32))> {
        let (blob, size, first) = (file.blob()?, pixels(&file.size())?, file.first());
        let format = Format::of(&first)?;
        let whole = format.is_whole(&first, &file.last(), bytes_in(&blob));
        // The right type, whatever the server said: a download is named and opened by it.
        let typed = blob.slice_with_f64_and_f64_and_content_type(0.0, blob.size(), format.mime());
        let blob = typed.ok().filter(|_| whole)?;
        let url = ObjectUrl::new(&blob);
        Some((Self::File { blob, format, url }, size))
    }
}
