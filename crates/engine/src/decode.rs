//! A file becomes pixels: told by its first bytes, bounded before anything is decoded.

use crate::Refusal;
use crate::raster::Size;
use crate::subject::{MOST_MEGAPIXELS, checked};
use backdrop_contract::Format;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// The most bytes a decoder may ask for at once: the largest photo at 16 bits and four channels, and
/// a little for profiles and tables.
const MOST_BYTES: u64 = MOST_MEGAPIXELS as u64 * 1_000_000 * 8 + 64_000_000;

/// A decoded file.
#[derive(Debug)]
pub struct Decoded {
    pub size: Size,
    /// Red, green, blue and alpha of each pixel, row by row, as the file encodes them.
    pub pixels: Vec<u8>,
    /// The ICC profile that the colours are in; none means sRGB.
    pub profile: Option<Vec<u8>>,
}

/// Decodes a JPEG, PNG or WEBP file, upright: the first picture if it is animated, 8 bits a channel.
/// `what` names it in a refusal ("the photo").
///
/// # Errors
/// [`Refusal::Unsupported`] for other formats, [`Refusal::TooLarge`] by the size in the file's head,
/// [`Refusal::Broken`] when the decoder gives up.
pub fn decode(what: &'static str, file: &[u8]) -> Result<Decoded, Refusal> {
    let found = Format::of(file);
    let format = match found {
        Some(Format::Jpeg) => ImageFormat::Jpeg,
        Some(Format::Png) => ImageFormat::Png,
        Some(Format::Webp) => ImageFormat::WebP,
        _ => return Err(Refusal::Unsupported { what, found }),
    };
    let broken = |error: &ImageError| Refusal::Broken { what, why: error.to_string() };
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| broken(&error))?;

    let (width, height) = decoder.dimensions();
    checked(what, width, height)?;
    // A photo without a readable orientation is upright as it is.
    let orientation = decoder.orientation().ok();
    let profile = decoder.icc_profile().ok().flatten().filter(|p| is_rgb(p));
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| broken(&error))?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    let size = Size { width: picture.width() as usize, height: picture.height() as usize };
    Ok(Decoded { size, pixels: picture.into_rgba8().into_raw(), profile })
}

/// Whether a profile describes red, green and blue: one for grey or for inks no longer fits, because
/// the decoder made red, green and blue of them.
fn is_rgb(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"RGB ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// One small photo in each format.
    static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let photo = image::load_from_memory(include_bytes!("../tests/data/astronaut.png"));
        let small = photo.unwrap().thumbnail(40, 40);
        let write = |format| {
            let mut file = Cursor::new(Vec::new());
            small.write_to(&mut file, format).unwrap();
            file.into_inner()
        };
        [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP].map(write).to_vec()
    });

    #[test]
    fn whole_files_are_decoded() {
        for file in FILES.iter() {
            let photo = decode("it", file).unwrap();
            assert_eq!((photo.size.width, photo.size.height), (40, 40));
            assert_eq!(photo.pixels.len(), 6400);
        }
    }

    #[test]
    fn cut_files_are_refused() {
        for file in FILES.iter() {
            for end in 0..file.len() * 9 / 10 {
                let made = decode("it", &file[..end]);
                // A JPEG that ends early still has a picture.
                assert!(made.is_err() || file[0] == 0xFF, "{end} of {}", file.len());
            }
        }
    }

    proptest! {
        #[test]
        fn damaged_files_never_panic(which in 0..3_usize, changes in prop::collection::vec((0..4000_usize, any::<u8>()), 1..6)) {
            let mut file = FILES[which].clone();
            for (at, byte) in changes {
                let at = at % file.len();
                file[at] = byte;
            }
            if let Ok(photo) = decode("it", &file) {
                prop_assert_eq!(photo.pixels.len(), 4 * photo.size.area());
            }
        }
    }
}
