//! On this machine: find the subject of a photo, and put it on another background.
//!
//! The network says where the subject is, its edge is freed of the old background's colours, and it is
//! laid over a colour, a picture, nothing, or a backdrop that is painted by a table of looks. There is no
//! model here that makes pictures from words: words choose a look and its colours, no more.
//!
//! There are two ways in. With the feature `files`, [`Engine::answer`] goes from file to file. Without
//! it, as in a browser, which decodes and encodes by itself, rows of pixels come and go: [`Arriving`]
//! takes a photo's, [`Photo::find`] finds the [`Subject`], a [`Ground`] is made for it, and
//! [`Subject::compose`] puts rows of the photo on it. Both are the same code.
//!
//! Nothing here reads a file or a clock, and nothing needs threads: the feature `threads` spreads the
//! work over the cores, and the bytes that come out are the same.

#[cfg(feature = "files")]
mod answer;
mod blur;
#[cfg(feature = "files")]
mod decode;
mod edit;
#[cfg(feature = "files")]
mod encode;
mod find;
mod ground;
mod light;
mod look;
mod mask;
mod paint;
mod random;
mod raster;
mod reference;
mod refine;
mod scale;
mod shadow;
mod step;
mod subject;
mod tone;

use backdrop_contract::Format;
use backdrop_network::Network;

pub use backdrop_network::weights::Damage;
pub use edit::{Edit, FARTHEST, Stroke};
pub use find::Looks;
pub use ground::Ground;
pub use reference::{Placement, Reference};
pub use subject::{Arriving, MOST_MEGAPIXELS, Photo, Subject};

/// The network, loaded once and shared.
///
/// It keeps nothing of a job: put it behind an `Arc` and answer on as many threads as there is memory
/// for: about 110 MB while the network runs (130 MB the full one, which itself takes 255 MB), and 7 bytes a pixel of the photo, of which 4 are held. A
/// reference takes 7 bytes a pixel while it is decoded, and then 3 for each pixel that is seen. A file
/// of 16 bits a channel that has to be turned upright takes 16 in place of 7.
#[derive(Debug)]
pub struct Engine {
    pub(crate) network: Network,
}

/// One picture to make, from file to file.
#[cfg(feature = "files")]
#[derive(Debug)]
pub struct Job<'a> {
    /// A JPEG, PNG or WEBP file of at most 64 megapixels; of an animated one the first picture is
    /// taken. Its orientation is honoured, its place, camera and time are not carried over.
    pub photo: &'a [u8],
    pub backdrop: Backdrop<'a>,
    /// The same job with the same seed gives the same bytes on the same kind of processor: with AVX2 a
    /// multiplication and an addition are rounded once, elsewhere twice.
    pub seed: u64,
    /// Keep the photo's own size; else about one megapixel (at most 1,048,576 pixels), aspect kept.
    /// A smaller photo is never enlarged.
    pub original_quality: bool,
    /// Find the subject even when the photo has transparency of its own.
    pub force_background_detection: bool,
    /// One pass of the network instead of two.
    pub fast: bool,
    /// JPEG, PNG or WEBP (lossless); none leaves the choice to the backdrop. JPEG of a transparent one
    /// is [`Refusal::Encoding`].
    pub format: Option<Format>,
}

/// What the subject is put on.
#[cfg(feature = "files")]
#[derive(Debug, Clone, Copy)]
pub enum Backdrop<'a> {
    /// The words choose a painted look and its colours. The answer is a JPEG file. A hex colour,
    /// `#RRGGBB`, is that colour, as [`Backdrop::Colour`].
    Words(&'a str),
    /// Exactly these bytes of red, green and blue wherever the subject is not. The answer is a PNG
    /// file.
    Colour([u8; 3]),
    /// A JPEG, PNG or WEBP file, scaled to cover. The answer is a JPEG file.
    Reference { file: &'a [u8], placement: Placement },
    /// The photo's own background out of focus, 0 to 1. The answer is a JPEG file.
    Blurred(f32),
    /// The subject alone. The answer is a PNG file with alpha.
    Transparent,
}

/// The picture that was made.
#[cfg(feature = "files")]
#[derive(Debug)]
pub struct Picture {
    /// An image file. It has the photo's colour profile, if that is one for red, green and blue.
    pub bytes: Vec<u8>,
    pub format: Format,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The look that [`Backdrop::Words`] chose, in plain words: "studio", "marble counter", "wooden
    /// table", "beach", "forest", "parking lot", "city lights", "bokeh", "paper", "gradient", "window
    /// light".
    pub look: Option<&'static str>,
}

/// Why no picture could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not an image file of a kind that is taken.
    #[error("{what} is {}; send a JPEG, PNG or WEBP file", found.map_or("no image file", Format::label))]
    Unsupported { what: &'static str, found: Option<Format> },
    /// Cut off or damaged.
    #[error("{what} cannot be decoded: {why}")]
    Broken { what: &'static str, why: String },
    /// More pixels than are taken.
    #[error("{what} has {megapixels} megapixels; at most {most} are taken")]
    TooLarge { what: &'static str, megapixels: u32, most: u32 },
    /// Nothing that could be kept.
    #[error(
        "no subject stands out in the photo; try one with a clear subject, or cut it out first"
    )]
    NoSubject,
    /// The picture was made and cannot be written, for instance because a side is too long for JPEG.
    #[error("the picture cannot be encoded: {0}")]
    Encoding(String),
    /// The weights do not load: a fault of the build.
    #[error("the network cannot be loaded: {0}")]
    Network(String),
}

/// What [`Engine::answer_watched`] has just finished, in this order.
#[cfg(feature = "files")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The photo is decoded and at its final size.
    Decoded,
    /// The network, or the photo's own alpha, has said where the subject is.
    Found,
    /// The subject's edge has its own colours.
    Cleaned,
    /// The backdrop is painted, or the reference decoded.
    Painted,
    /// The two are one picture.
    Composed,
    /// The file is written.
    Encoded,
}

impl Engine {
    /// Loads the network from the weights built into the program.
    ///
    /// # Errors
    /// [`Refusal::Network`] if the weights are damaged.
    #[cfg(feature = "files")]
    pub fn new() -> Result<Self, Refusal> {
        const WEIGHTS: &[u8] = include_bytes!("../weights/u2netp.bin");
        Self::load(WEIGHTS).map_err(|damage| Refusal::Network(damage.to_string()))
    }

    /// Loads a network from a file of weights: U²-Netp's or the full U²-Net's, in the format that
    /// `backdrop_network::weights` describes.
    ///
    /// # Errors
    /// [`Damage`] if the file is cut, corrupt, or of another network.
    pub fn load(weights: &[u8]) -> Result<Self, Damage> {
        Ok(Self { network: Network::load(weights)? })
    }

    /// What the network is called: `u2netp`, or `u2net` for the full one.
    #[must_use]
    pub const fn network(&self) -> &'static str {
        if self.network.is_full() { "u2net" } else { "u2netp" }
    }

    /// As [`Engine::load`], but computes what a browser computes, bit for bit, on any machine: slower,
    /// because no vector unit is asked for.
    ///
    /// # Errors
    /// As [`Engine::load`].
    pub fn load_portable(weights: &[u8]) -> Result<Self, Damage> {
        Ok(Self { network: Network::load_portable(weights)? })
    }
}

#[cfg(feature = "files")]
impl Engine {
    /// Makes one picture.
    ///
    /// # Errors
    /// A [`Refusal`] that says what is wrong with the photo or the reference.
    pub fn answer(&self, job: &Job<'_>) -> Result<Picture, Refusal> {
        self.answer_watched(job, &mut |_| ())
    }

    /// Makes one picture, and tells how far it is: for a progress bar, or a clock.
    ///
    /// # Errors
    /// A [`Refusal`] that says what is wrong with the photo or the reference.
    pub fn answer_watched(
        &self,
        job: &Job<'_>,
        watch: &mut dyn FnMut(Stage),
    ) -> Result<Picture, Refusal> {
        answer::answer(self, job, watch)
    }
}

// One engine is shared by all threads of a server.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Engine>();
};
