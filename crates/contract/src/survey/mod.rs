//! What a picture's file is made of, read from its headers: nothing is decoded.

mod exif;
mod file;
mod jpeg;
mod png;
mod webp;

use crate::Format;
use file::Cut;
pub use file::File;

/// What the headers of a JPEG, PNG or WEBP file say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Width and height in pixels, before it is turned upright.
    pub size: (u32, u32),
    /// How it is to be turned, as EXIF counts: 1 is upright, 2 to 8 are not.
    pub orientation: u8,
    /// Whether it is an animation.
    pub moves: bool,
    /// The file without its metadata: these parts, one after another. What decides about pixels and
    /// colours is kept; position, camera, texts, thumbnails, and whatever follows the picture are not.
    pub kept: Vec<Part>,
}

/// A part of a file without its metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// From one place up to before another, in bytes of the file.
    Range(u64, u64),
    /// These bytes instead: a header that counts what has gone.
    New(Vec<u8>),
}

impl Survey {
    /// Reads a file's headers. None where its structure is not understood to the end, so that nobody
    /// can say where its metadata are.
    pub fn of(format: Format, mut file: File<'_>) -> Option<Self> {
        let survey = match format {
            Format::Jpeg => jpeg::survey(&mut file),
            Format::Png => png::survey(&mut file),
            Format::Webp => webp::survey(&mut file),
            _ => Err(Cut),
        };
        survey.ok()
    }

    fn new() -> Self {
        Self { size: (0, 0), orientation: 1, moves: false, kept: Vec::new() }
    }

    /// Keeps a range, as one with the last if they touch.
    fn keep(&mut self, from: u64, to: u64) {
        match self.kept.last_mut() {
            _ if from == to => {}
            Some(Part::Range(_, end)) if *end == from => *end = to,
            _ => self.kept.push(Part::Range(from, to)),
        }
    }
}

#[cfg(test)]
mod tests;
