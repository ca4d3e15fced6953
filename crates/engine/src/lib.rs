//! On this machine: find the subject, and put it on another background.

use backdrop_contract::Format;

/// The network, loaded once and shared.
pub struct Engine {}

/// One picture to make.
#[derive(Debug)]
pub struct Job<'a> {
    /// A JPEG, PNG or WEBP file.
    pub photo: &'a [u8],
    pub backdrop: Backdrop<'a>,
    /// The same job with the same seed gives the same bytes.
    pub seed: u64,
    /// Keep the photo's own size; else about one megapixel, aspect kept.
    pub original_quality: bool,
    /// Find the subject even when the photo has transparency of its own.
    pub force_background_detection: bool,
    /// One pass of the network instead of two.
    pub fast: bool,
}

/// What the subject is put on.
#[derive(Debug, Clone, Copy)]
pub enum Backdrop<'a> {
    /// The words choose a painted look and its colours.
    Words(&'a str),
    Colour([u8; 3]),
    /// A JPEG, PNG or WEBP file, fitted to cover.
    Reference(&'a [u8]),
    Transparent,
}

/// The picture that was made.
#[derive(Debug)]
pub struct Picture {
    /// An image file.
    pub bytes: Vec<u8>,
    pub format: Format,
    pub width: u32,
    pub height: u32,
    /// The look that [`Backdrop::Words`] chose.
    pub look: Option<&'static str>,
}

/// Why no picture could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not an image file of a kind that is taken.
    #[error("{what} is {}; send a JPEG, PNG or WEBP file", found.map_or("no image file", Format::label))]
    Unsupported {
        what: &'static str,
        found: Option<Format>,
    },
    /// Cut off or damaged.
    #[error("{what} cannot be decoded: {why}")]
    Broken { what: &'static str, why: String },
    /// More pixels than are taken.
    #[error("{what} has {megapixels} megapixels; at most {most} are taken")]
    TooLarge {
        what: &'static str,
        megapixels: u32,
        most: u32,
    },
    /// The weights do not load: a fault of the build.
    #[error("the network cannot be loaded: {0}")]
    Network(String),
}

impl Engine {
    /// Loads the network from the weights built into the program.
    ///
    /// # Errors
    /// [`Refusal::Network`] if the weights are damaged.
    pub fn new() -> Result<Self, Refusal> {
        Ok(Self {})
    }

    /// Makes one picture.
    ///
    /// # Errors
    /// A [`Refusal`] that says what is wrong with the photo or the reference.
    pub fn answer(&self, job: &Job<'_>) -> Result<Picture, Refusal> {
        Err(Refusal::Unsupported {
            what: "the photo",
            found: Format::of(job.photo),
        })
    }
}
