//! What an image file says of itself before it is decoded: its size, which is bounded before a browser
//! is asked to decode it, and its colour profile, which a browser's own encoder does not keep.

use backdrop_contract::Format;

/// The longest profile that is kept, in bytes, deflated or not.
pub const LONGEST_PROFILE: usize = 1 << 22;

/// The head of a JPEG, PNG or WEBP file.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    pub format: Format,
    /// As stored: before it is turned upright. 0 if it was not within the bytes.
    pub width: u32,
    pub height: u32,
    pub profile: Option<Profile>,
}

/// An ICC profile as the file holds it.
#[derive(Debug, Clone, PartialEq)]
pub enum Profile {
    Plain(Vec<u8>),
    /// In zlib's format, as PNG has it.
    Deflated(Vec<u8>),
}

impl Head {
    /// The format (0 JPEG, 1 PNG, 2 WEBP), the profile's kind (0 none, 1 plain, 2 deflated), two zeros,
    /// width and height (`u32`, little-endian), the profile.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (kind, profile) = match &self.profile {
            None => (0, &[][..]),
            Some(Profile::Plain(profile)) => (1, &profile[..]),
            Some(Profile::Deflated(profile)) => (2, &profile[..]),
        };
        let format = match self.format {
            Format::Png => 1,
            Format::Webp => 2,
            _ => 0,
        };
        let mut bytes = vec![format, kind, 0, 0];
        bytes.extend_from_slice(&self.width.to_le_bytes());
        bytes.extend_from_slice(&self.height.to_le_bytes());
        bytes.extend_from_slice(profile);
        bytes
    }
}

/// Reads the first bytes of a file; none if it is of another format.
#[must_use]
pub fn read(first: &[u8]) -> Option<Head> {
    let format = Format::of_accepted(first)?;
    let mut head = Head { format, width: 0, height: 0, profile: None };
    let mut pieces: Vec<(u8, &[u8])> = Vec::new();
    let mut at = start(format)?;
    while let Some(part) = part(first, format, at) {
        at = part.to;
        match (part.kind, part.content) {
            // The frame's head: all of 0xC0 to 0xCF but three that are tables.
            (0xC0..=0xCF, &[_, h1, h0, w1, w0, ..]) if !matches!(part.kind, 0xC4 | 0xC8 | 0xCC) => {
                head.width = u16::from_be_bytes([w1, w0]).into();
                head.height = u16::from_be_bytes([h1, h0]).into();
            }
            (APP2, content) => {
                if let Some([number, _, piece @ ..]) = content.strip_prefix(ICC) {
                    pieces.push((*number, piece));
                }
            }
            (IHDR, &[w3, w2, w1, w0, h3, h2, h1, h0, ..]) => {
                head.width = u32::from_be_bytes([w3, w2, w1, w0]);
                head.height = u32::from_be_bytes([h3, h2, h1, h0]);
            }
            (PNG_ICC, content) => {
                // A name, its zero, and the only method that there is: 0.
                let name = content.iter().position(|&byte| byte == 0);
                if let Some([0, 0, deflated @ ..]) = name.and_then(|end| content.get(end..)) {
                    head.profile = Some(Profile::Deflated(deflated.to_vec()));
                }
            }
            (VP8X, &[_, _, _, _, w0, w1, w2, h0, h1, h2, ..]) => {
                head.width = u32::from_le_bytes([w0, w1, w2, 0]) + 1;
                head.height = u32::from_le_bytes([h0, h1, h2, 0]) + 1;
            }
            (WEBP_ICC, profile) => head.profile = Some(Profile::Plain(profile.to_vec())),
            (VP8, &[_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1, ..]) if head.width == 0 => {
                head.width = u32::from(u16::from_le_bytes([w0, w1]) & 0x3FFF);
                head.height = u32::from(u16::from_le_bytes([h0, h1]) & 0x3FFF);
            }
            (VP8L, &[0x2F, a, b, c, d, ..]) if head.width == 0 => {
                let bits = u32::from_le_bytes([a, b, c, d]);
                head.width = (bits & 0x3FFF) + 1;
                head.height = (bits >> 14 & 0x3FFF) + 1;
            }
            _ => {}
        }
    }
    // Each number once, however the pieces lie.
    let mut joined = Vec::new();
    for wanted in 1..=u8::MAX {
        match pieces.iter().find(|(number, _)| *number == wanted) {
            Some((_, piece)) => joined.extend_from_slice(piece),
            None => break,
        }
    }
    if !joined.is_empty() {
        head.profile = Some(Profile::Plain(joined));
    }
    let fits = |profile: &Profile| match profile {
        Profile::Plain(bytes) => is_rgb(bytes) && bytes.len() <= LONGEST_PROFILE,
        // Looked at once it is inflated.
        Profile::Deflated(bytes) => bytes.len() <= LONGEST_PROFILE,
    };
    head.profile = head.profile.filter(fits);
    Some(head)
}

/// Whether a profile describes red, green and blue: one for grey or for inks no longer fits, because
/// the decoder made red, green and blue of them.
#[must_use]
pub fn is_rgb(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"RGB ")
}

/// A part of a file: what it is, its content, and where it begins and ends.
struct Part<'a> {
    kind: u32,
    content: &'a [u8],
    from: usize,
    to: usize,
}

/// JPEG's markers; other formats have four letters.
const APP0: u32 = 0xE0;
const APP1: u32 = 0xE1;
const APP2: u32 = 0xE2;
const SCAN: u32 = 0xDA;
const IHDR: u32 = u32::from_be_bytes(*b"IHDR");
const IDAT: u32 = u32::from_be_bytes(*b"IDAT");
const PNG_ICC: u32 = u32::from_be_bytes(*b"iCCP");
const SRGB: u32 = u32::from_be_bytes(*b"sRGB");
const GAMA: u32 = u32::from_be_bytes(*b"gAMA");
const CHRM: u32 = u32::from_be_bytes(*b"cHRM");
const CICP: u32 = u32::from_be_bytes(*b"cICP");
const VP8X: u32 = u32::from_be_bytes(*b"VP8X");
const VP8: u32 = u32::from_be_bytes(*b"VP8 ");
const VP8L: u32 = u32::from_be_bytes(*b"VP8L");
const ALPH: u32 = u32::from_be_bytes(*b"ALPH");
const ANIM: u32 = u32::from_be_bytes(*b"ANIM");
const ANMF: u32 = u32::from_be_bytes(*b"ANMF");
const WEBP_ICC: u32 = u32::from_be_bytes(*b"ICCP");

/// What an APP2 segment with a piece of a profile begins with; two bytes follow: which piece, of how
/// many.
const ICC: &[u8] = b"ICC_PROFILE\0";

/// Where a file's parts begin.
fn start(format: Format) -> Option<usize> {
    match format {
        Format::Jpeg => Some(2),
        Format::Png => Some(8),
        Format::Webp => Some(12),
        _ => None,
    }
}

/// The part at some place. What holds the picture comes last, with what there is of it.
// Out of line: it is called twice.
#[inline(never)]
fn part(file: &[u8], format: Format, mut from: usize) -> Option<Part<'_>> {
    // Any number of 0xFF may stand before a marker.
    while format == Format::Jpeg && file.get(from..)?.starts_with(&[0xFF, 0xFF]) {
        from += 1;
    }
    let (&first, rest) = file.get(from..)?.split_first_chunk::<4>()?;
    let (kind, start, end, after) = match format {
        Format::Jpeg => {
            let [0xFF, kind, high, low] = first else {
                return None;
            };
            let length = usize::from(u16::from_be_bytes([high, low]));
            (kind.into(), from + 4, from + 2 + length, 0)
        }
        _ => {
            let second = *rest.first_chunk::<4>()?;
            let (kind, length, after) = match format {
                // Its checksum follows.
                Format::Png => (second, u32::from_be_bytes(first), 4),
                // Filled up to an even length.
                _ => (first, u32::from_le_bytes(second), usize::from(second[0] & 1)),
            };
            let end = (from + 8).checked_add(length as usize)?;
            (u32::from_be_bytes(kind), from + 8, end, after)
        }
    };
    if matches!(kind, SCAN | IDAT | VP8 | VP8L | ALPH | ANIM | ANMF) {
        return Some(Part { kind, content: file.get(start..)?, from, to: file.len() });
    }
    Some(Part { kind, content: file.get(start..end)?, from, to: end.checked_add(after)? })
}

/// The first bytes of a JPEG or PNG file with a profile in it, and how many old ones they replace.
/// Whatever the file said of its colours is left out. `first` holds all up to the picture's data;
/// `profile` is deflated for PNG, plain for JPEG.
#[must_use]
pub fn tagged(first: &[u8], profile: &[u8]) -> Option<(Vec<u8>, usize)> {
    /// What a segment holds at most, less its own length and what a piece begins with.
    const PIECE: usize = 65_535 - 2 - 14;
    let format = Format::of_accepted(first)?;
    if format == Format::Webp || profile.len() > LONGEST_PROFILE {
        return None;
    }
    let mut at = start(format)?;
    let mut new = first.get(..at)?.to_vec();
    let mut put = false;
    while let Some(part) = part(first, format, at) {
        at = part.to;
        // After the segments that want to be first.
        if format == Format::Jpeg && !put && !matches!(part.kind, APP0 | APP1) {
            let count = u8::try_from(profile.len().div_ceil(PIECE)).ok()?;
            for (number, piece) in (1..=count).zip(profile.chunks(PIECE)) {
                let length = u16::try_from(piece.len() + 16).ok()?;
                new.extend_from_slice(&[0xFF, 0xE2]);
                new.extend_from_slice(&length.to_be_bytes());
                new.extend_from_slice(ICC);
                new.extend_from_slice(&[number, count]);
                new.extend_from_slice(piece);
            }
            put = true;
        }
        match part.kind {
            SCAN | IDAT => return put.then_some((new, part.from)),
            APP2 if part.content.starts_with(ICC) => {}
            PNG_ICC | SRGB | GAMA | CHRM | CICP => {}
            _ => new.extend_from_slice(first.get(part.from..part.to)?),
        }
        if part.kind == IHDR && !put {
            let name = b"ICC profile\0\0";
            let length = u32::try_from(name.len() + profile.len()).ok()?;
            new.extend_from_slice(&length.to_be_bytes());
            let start = new.len();
            new.extend_from_slice(b"iCCP");
            new.extend_from_slice(name);
            new.extend_from_slice(profile);
            let sum = crc32(&new[start..]);
            new.extend_from_slice(&sum.to_be_bytes());
            put = true;
        }
    }
    None
}

/// PNG's checksum.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ ((sum & 1) * 0xEDB8_8320))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
    use proptest::prelude::*;
    use std::io::Cursor;

    const FORMATS: [(Format, ImageFormat); 3] = [
        (Format::Jpeg, ImageFormat::Jpeg),
        (Format::Png, ImageFormat::Png),
        (Format::Webp, ImageFormat::WebP),
    ];

    fn file(format: ImageFormat, alpha: bool) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let photo = match alpha {
            true => DynamicImage::new_rgba8(37, 21),
            false => DynamicImage::new_rgb8(37, 21),
        };
        photo.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    /// Longer than one segment of a JPEG.
    fn profile(length: usize) -> Vec<u8> {
        let mut profile: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        profile[16..20].copy_from_slice(b"RGB ");
        profile
    }

    /// zlib's format without compression.
    fn stored(bytes: &[u8]) -> Vec<u8> {
        let mut deflated = vec![0x78, 0x01];
        let pieces: Vec<&[u8]> = bytes.chunks(65_535).collect();
        for (i, piece) in pieces.iter().enumerate() {
            deflated.push(u8::from(i + 1 == pieces.len()));
            deflated.extend((piece.len() as u16).to_le_bytes());
            deflated.extend((!(piece.len() as u16)).to_le_bytes());
            deflated.extend(*piece);
        }
        let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
            let a = (a + u32::from(*byte)) % 65_521;
            (a, (b + a) % 65_521)
        });
        deflated.extend((b << 16 | a).to_be_bytes());
        deflated
    }

    #[test]
    fn a_profile_goes_in_is_read_by_others_and_replaces_the_one_before() {
        for (format, written) in [FORMATS[0], FORMATS[1]] {
            for alpha in [false, true] {
                if alpha && format == Format::Jpeg {
                    continue;
                }
                let mut whole = file(written, alpha);
                let pixels = image::load_from_memory(&whole).unwrap();
                for length in [200_001, 3_000] {
                    let wanted = profile(length);
                    let given =
                        if format == Format::Png { stored(&wanted) } else { wanted.clone() };
                    let (new, old) = tagged(&whole, &given).unwrap();
                    whole = [&new, &whole[old..]].concat();
                    let head = read(&whole).unwrap();
                    assert_eq!((head.format, head.width, head.height), (format, 37, 21));
                    let kept = if format == Format::Png {
                        Profile::Deflated(given)
                    } else {
                        Profile::Plain(given)
                    };
                    assert_eq!(head.profile, Some(kept));
                    let reader = ImageReader::new(Cursor::new(&whole)).with_guessed_format();
                    let mut decoder = reader.unwrap().into_decoder().unwrap();
                    assert_eq!(decoder.icc_profile().unwrap(), Some(wanted), "{format:?}");
                    assert_eq!(DynamicImage::from_decoder(decoder).unwrap(), pixels);
                }
            }
        }
    }

    #[test]
    fn a_size_is_told() {
        for (format, written) in FORMATS {
            let head = read(&file(written, false)).unwrap();
            assert_eq!((head.format, head.width, head.height), (format, 37, 21));
            assert_eq!(head.profile, None);
            assert_eq!(head.to_bytes()[1..12], [0, 0, 0, 37, 0, 0, 0, 21, 0, 0, 0]);
        }
        assert_eq!(read(b"GIF89a"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(which in 0..3_usize, changes in prop::collection::vec((0..200_usize, any::<u8>()), 0..9), end in 0..400_usize, extra: Vec<u8>) {
            let mut bytes = file(FORMATS[which].1, which > 0);
            for (at, byte) in changes {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            bytes.truncate(end);
            bytes.extend(extra);
            if let Some(head) = read(&bytes) {
                let _ = head.to_bytes();
            }
            if let Some((new, old)) = tagged(&bytes, &profile(100)) {
                prop_assert!(old <= bytes.len());
                prop_assert!(!new.is_empty());
            }
        }
    }
}
