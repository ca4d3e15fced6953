//! Files of every kind, made by code: a picture of two colours, blue on the left, orange on the right.

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

pub const BLUE: [u8; 4] = [30, 120, 200, 255];
pub const ORANGE: [u8; 4] = [200, 80, 40, 255];

/// The same picture as AVIF, 48 × 32, which nothing here can write.
pub const AVIF: &[u8] = include_bytes!("../tests/data/two-colours.avif");

/// What nobody should get with a photo.
pub const GPS: &[u8] = b"GPS 52.5 N 13.4 E";

/// What should stay in it.
pub const PROFILE: &[u8] = b"a colour profile";

/// What can be written here.
pub type Picture = ImageFormat;

fn two_colours(width: u32, height: u32) -> DynamicImage {
    let colour = |x| if x < width / 2 { BLUE } else { ORANGE };
    let pixels = RgbImage::from_fn(width, height, |x, _| {
        let [red, green, blue, _] = colour(x);
        Rgb([red, green, blue])
    });
    pixels.into()
}

/// The picture as a file of this format.
pub fn picture(format: Picture, width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut picture = two_colours(width, height);
    if format == ImageFormat::Ico {
        picture = picture.into_rgba8().into();
    }
    picture.write_to(&mut file, format).expect("a picture");
    file.into_inner()
}

/// Two pictures, the second one all blue, again and again.
pub fn animated_gif() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new(&mut file);
    encoder.set_repeat(image::codecs::gif::Repeat::Infinite).expect("a GIF");
    let blue = image::RgbaImage::from_pixel(48, 32, image::Rgba(BLUE));
    for frame in [two_colours(48, 32).into_rgba8(), blue] {
        encoder.encode_frame(Frame::new(frame)).expect("a GIF's frame");
    }
    drop(encoder);
    file
}

/// A JPEG with position, camera and texts, a colour profile, and this orientation.
pub fn with_metadata(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let exif = [
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0",
        &[orientation, 0, 0, 0, 0, 0, 0][..],
        GPS,
    ];
    let head = [
        jpeg_segment(0xE1, &exif.concat()),
        jpeg_segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", GPS].concat()),
        jpeg_segment(0xE2, &[b"ICC_PROFILE\0\x01\x01", PROFILE].concat()),
        jpeg_segment(0xFE, GPS),
    ];
    [&jpeg[..2], &head.concat(), &jpeg[2..], GPS].concat()
}

pub fn jpeg_segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).expect("a segment's length").to_be_bytes();
    [&[0xFF, marker], &length[..], data].concat()
}

/// With a right checksum.
pub fn png_chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("a chunk's length");
    let mut chunk = [&length.to_be_bytes()[..], name, data].concat();
    let bit = |sum: u32| (sum >> 1) ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 };
    let byte = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| bit(sum));
    let sum = chunk[4..].iter().fold(u32::MAX, byte);
    chunk.extend((!sum).to_be_bytes());
    chunk
}

pub fn riff_chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("a chunk's length");
    let mut chunk = [name, &length.to_le_bytes()[..], data].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// A WEBP with an extended header and these chunks beside the picture's own.
pub fn still_webp(flags: u8, more: &[Vec<u8>]) -> Vec<u8> {
    let plain = picture(ImageFormat::WebP, 48, 32);
    let head = riff_chunk(b"VP8X", &[flags, 0, 0, 0, 47, 0, 0, 31, 0, 0]);
    riff_chunk(b"RIFF", &[b"WEBP", &head[..], &plain[12..], &more.concat()].concat())
}
