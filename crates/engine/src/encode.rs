//! Pixels become a file.

use crate::Refusal;
use crate::raster::Size;
use backdrop_contract::Format;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageResult};

/// JPEG quality: at 92 no blocks show on the soft backdrops, at half the size of 97.
const QUALITY: u8 = 92;

/// Encodes red, green, blue, row by row, as JPEG; or as PNG or WEBP (lossless), which also take alpha
/// as a fourth. Only the colour profile comes along: nothing of the photo's place, camera or time.
///
/// # Errors
/// [`Refusal::Encoding`], for instance a side longer than the format allows (JPEG: 65,535).
pub fn encode(
    format: Format,
    size: Size,
    pixels: &[u8],
    profile: Option<Vec<u8>>,
) -> Result<Vec<u8>, Refusal> {
    let mut file = Vec::with_capacity(pixels.len() / 4);
    let result = match format {
        Format::Jpeg => {
            write(JpegEncoder::new_with_quality(&mut file, QUALITY), size, pixels, profile)
        }
        Format::Webp => write(WebPEncoder::new_lossless(&mut file), size, pixels, profile),
        // Nobody waits for the last tenth of the size.
        _ => write(
            PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Adaptive),
            size,
            pixels,
            profile,
        ),
    };
    match result {
        Ok(()) => Ok(file),
        Err(error) => Err(Refusal::Encoding(error.to_string())),
    }
}

fn write(
    mut encoder: impl ImageEncoder,
    size: Size,
    pixels: &[u8],
    profile: Option<Vec<u8>>,
) -> ImageResult<()> {
    if let Some(profile) = profile {
        // A format that cannot keep a profile still keeps the picture.
        let _ = encoder.set_icc_profile(profile);
    }
    let colour = match pixels.len() / size.area().max(1) {
        4 => ExtendedColorType::Rgba8,
        _ => ExtendedColorType::Rgb8,
    };
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    encoder.write_image(pixels, side(size.width), side(size.height), colour)
}
