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
        let sides = [self.width.to_le_bytes(), self.height.to_le_bytes()].concat();
        [&[format, kind, 0, 0], &sides[..], profile].concat()
    }
}

/// Reads the first bytes of a file; none if it is of another format.
#[must_use]
pub fn read(first: &[u8]) -> Option<Head> {
    let format = Format::of_accepted(first)?;
    let ([width, height], profile) = match format {
        Format::Jpeg => of_jpeg(first),
        Format::Png => of_png(first),
        Format::Webp => of_webp(first),
        _ => return None,
    };
    let fits = |profile: &Profile| match profile {
        Profile::Plain(bytes) => is_rgb(bytes) && bytes.len() <= LONGEST_PROFILE,
        // Looked at once it is inflated.
        Profile::Deflated(bytes) => bytes.len() <= LONGEST_PROFILE,
    };
    Some(Head { format, width, height, profile: profile.filter(fits) })
}

/// Whether a profile describes red, green and blue: one for grey or for inks no longer fits, because
/// the decoder made red, green and blue of them.
#[must_use]
pub fn is_rgb(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"RGB ")
}

type Found = ([u32; 2], Option<Profile>);

/// A part of a file: what it is, its content, and where it begins and ends.
struct Part<'a, K> {
    kind: K,
    content: &'a [u8],
    from: usize,
    to: usize,
}

/// JPEG's segments up to the first scan, which comes last and without content.
fn segments(file: &[u8]) -> impl Iterator<Item = Part<'_, u8>> {
    let mut at = 2;
    std::iter::from_fn(move || {
        // Any number of 0xFF may stand before a marker.
        while file.get(at)? == &0xFF && file.get(at + 1)? == &0xFF {
            at += 1;
        }
        let (&[0xFF, kind, high, low], from) = (file.get(at..)?.first_chunk()?, at) else {
            return None;
        };
        if kind == 0xDA {
            at = file.len();
            return Some(Part { kind, content: &[], from, to: from });
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let content = file.get(from + 4..from + 2 + length)?;
        at = from + 2 + length;
        Some(Part { kind, content, from, to: at })
    })
}

/// What an APP2 segment with a piece of a profile begins with; two bytes follow: which piece, of how
/// many.
const ICC: &[u8] = b"ICC_PROFILE\0";

fn of_jpeg(file: &[u8]) -> Found {
    let mut size = [0, 0];
    let mut pieces: Vec<(u8, &[u8])> = Vec::new();
    for Part { kind, content, .. } in segments(file) {
        match (kind, content) {
            // The frame's head: all of 0xC0 to 0xCF but three that are tables.
            (0xC0..=0xCF, &[_, h1, h0, w1, w0, ..]) if !matches!(kind, 0xC4 | 0xC8 | 0xCC) => {
                size = [[w1, w0], [h1, h0]].map(|side| u16::from_be_bytes(side).into());
            }
            (0xE2, _) => {
                if let Some([number, _, piece @ ..]) = content.strip_prefix(ICC) {
                    pieces.push((*number, piece));
                }
            }
            _ => {}
        }
    }
    // Each number once, however the pieces lie.
    let mut profile = Vec::new();
    for wanted in 1..=u8::MAX {
        match pieces.iter().find(|(number, _)| *number == wanted) {
            Some((_, piece)) => profile.extend_from_slice(piece),
            None => break,
        }
    }
    (size, (!profile.is_empty()).then_some(Profile::Plain(profile)))
}

/// PNG's chunks up to the first of the picture's data, which comes last and without content.
fn chunks(file: &[u8]) -> impl Iterator<Item = Part<'_, [u8; 4]>> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let from = at;
        let (&length, rest) = file.get(from..)?.split_first_chunk::<4>()?;
        let (&kind, rest) = rest.split_first_chunk::<4>()?;
        if &kind == b"IDAT" {
            at = file.len();
            return Some(Part { kind, content: &[], from, to: from });
        }
        let length = u32::from_be_bytes(length) as usize;
        let content = rest.get(..length)?;
        // Its checksum follows.
        at = from.checked_add(length)?.checked_add(12)?;
        Some(Part { kind, content, from, to: at })
    })
}

fn of_png(file: &[u8]) -> Found {
    let (mut size, mut profile) = ([0, 0], None);
    for Part { kind, content, .. } in chunks(file) {
        match &kind {
            b"IHDR" => {
                if let ([width, height, ..], _) = content.as_chunks::<4>() {
                    size = [width, height].map(|side| u32::from_be_bytes(*side));
                }
            }
            b"iCCP" => {
                // A name, its zero, and the only method that there is: 0.
                let name = content.iter().position(|&byte| byte == 0);
                if let Some([0, 0, deflated @ ..]) = name.and_then(|end| content.get(end..)) {
                    profile = Some(Profile::Deflated(deflated.to_vec()));
                }
            }
            _ => {}
        }
    }
    (size, profile)
}

/// WEBP's chunks up to the picture's data, which comes last with what there is of it.
fn riff(file: &[u8]) -> impl Iterator<Item = Part<'_, [u8; 4]>> {
    let mut at = 12;
    std::iter::from_fn(move || {
        let from = at;
        let (&kind, rest) = file.get(from..)?.split_first_chunk::<4>()?;
        let (&length, rest) = rest.split_first_chunk::<4>()?;
        if matches!(&kind, b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF") {
            at = file.len();
            return Some(Part { kind, content: rest, from, to: from });
        }
        let length = u32::from_le_bytes(length) as usize;
        let content = rest.get(..length)?;
        // Filled up to an even length.
        at = from.checked_add(length)?.checked_add(8 + length % 2)?;
        Some(Part { kind, content, from, to: at })
    })
}

fn of_webp(file: &[u8]) -> Found {
    let (mut size, mut profile) = ([0, 0], None);
    for Part { kind, content, .. } in riff(file) {
        match (&kind, content) {
            (b"VP8X", &[_, _, _, _, w0, w1, w2, h0, h1, h2, ..]) => {
                size = [[w0, w1, w2, 0], [h0, h1, h2, 0]].map(|less| u32::from_le_bytes(less) + 1);
            }
            (b"ICCP", profile_bytes) => profile = Some(Profile::Plain(profile_bytes.to_vec())),
            (b"VP8 ", &[_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1, ..]) if size == [0, 0] => {
                let side = |pair| u32::from(u16::from_le_bytes(pair) & 0x3FFF);
                size = [side([w0, w1]), side([h0, h1])];
            }
            (b"VP8L", &[0x2F, a, b, c, d, ..]) if size == [0, 0] => {
                let bits = u32::from_le_bytes([a, b, c, d]);
                size = [(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1];
            }
            _ => {}
        }
    }
    (size, profile)
}

/// The first bytes of a file with a profile in it, and how many old ones they replace. Whatever the
/// file said of its colours is left out. `first` holds all up to the picture's data; `profile` is
/// deflated for PNG, plain for others; `size` is the whole file's, `sides` are the picture's.
#[must_use]
pub fn tagged(
    first: &[u8],
    profile: &[u8],
    size: u32,
    sides: [u32; 2],
) -> Option<(Vec<u8>, usize)> {
    if profile.len() > LONGEST_PROFILE {
        return None;
    }
    match Format::of_accepted(first)? {
        Format::Jpeg => tagged_jpeg(first, profile),
        Format::Png => tagged_png(first, profile),
        Format::Webp => tagged_webp(first, profile, size, sides),
        _ => None,
    }
}

fn tagged_jpeg(first: &[u8], profile: &[u8]) -> Option<(Vec<u8>, usize)> {
    /// What a segment holds at most, less its own length and what a piece begins with.
    const PIECE: usize = 65_535 - 2 - 14;
    let count = u8::try_from(profile.len().div_ceil(PIECE)).ok()?;
    let mut new = vec![0xFF, 0xD8];
    let mut put = false;
    for Part { kind, content, from, to } in segments(first) {
        // After the segments that want to be first.
        if !put && !matches!(kind, 0xE0 | 0xE1) {
            for (number, piece) in (1..=count).zip(profile.chunks(PIECE)) {
                let length = u16::try_from(piece.len() + 16).ok()?;
                new.extend([0xFF, 0xE2]);
                new.extend(length.to_be_bytes());
                new.extend(ICC);
                new.extend([number, count]);
                new.extend(piece);
            }
            put = true;
        }
        if kind == 0xDA {
            return Some((new, from));
        }
        if !(kind == 0xE2 && content.starts_with(ICC)) {
            new.extend(&first[from..to]);
        }
    }
    None
}

fn tagged_png(first: &[u8], deflated: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut new = first.get(..8)?.to_vec();
    for Part { kind, from, to, .. } in chunks(first) {
        match &kind {
            b"IDAT" => return Some((new, from)),
            b"iCCP" | b"sRGB" | b"gAMA" | b"cHRM" | b"cICP" => continue,
            _ => new.extend(first.get(from..to)?),
        }
        if &kind == b"IHDR" {
            let content = [b"ICC profile\0\0", deflated].concat();
            new.extend(u32::try_from(content.len()).ok()?.to_be_bytes());
            let start = new.len();
            new.extend(b"iCCP");
            new.extend(content);
            let sum = crc32(&new[start..]);
            new.extend(sum.to_be_bytes());
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

fn tagged_webp(
    first: &[u8],
    profile: &[u8],
    size: u32,
    [width, height]: [u32; 2],
) -> Option<(Vec<u8>, usize)> {
    /// In the extended head: a profile, and alpha.
    const HAS_PROFILE: u8 = 0x20;
    const HAS_ALPHA: u8 = 0x10;
    let mut flags = HAS_PROFILE;
    let mut others = Vec::new();
    for Part { kind, content, from, to } in riff(first) {
        match &kind {
            b"VP8X" => flags |= content.first().copied().unwrap_or(0),
            b"ICCP" => {}
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" => {
                let lossless_alpha =
                    &kind == b"VP8L" && content.get(4).is_some_and(|byte| byte & 0x10 != 0);
                if &kind == b"ALPH" || lossless_alpha {
                    flags |= HAS_ALPHA;
                }
                let mut body = b"VP8X\x0A\0\0\0".to_vec();
                body.extend([flags, 0, 0, 0]);
                for side in [width, height] {
                    body.extend(&side.checked_sub(1)?.to_le_bytes()[..3]);
                }
                body.extend(b"ICCP");
                body.extend(u32::try_from(profile.len()).ok()?.to_le_bytes());
                body.extend(profile);
                body.resize(body.len().next_multiple_of(2), 0);
                body.extend(&others);
                let rest = size.checked_sub(u32::try_from(from).ok()?)?;
                let length = rest.checked_add(u32::try_from(body.len()).ok()?)?.checked_add(4)?;
                let new = [b"RIFF", &length.to_le_bytes()[..], b"WEBP", &body].concat();
                return Some((new, from));
            }
            _ => others.extend(first.get(from..to)?),
        }
    }
    None
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
        for (format, written) in FORMATS {
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
                    let size = whole.len() as u32;
                    let (new, old) = tagged(&whole, &given, size, [37, 21]).unwrap();
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
            if let Some((new, old)) = tagged(&bytes, &profile(100), bytes.len() as u32, [37, 21]) {
                prop_assert!(old <= bytes.len());
                prop_assert!(!new.is_empty());
            }
        }
    }
}
