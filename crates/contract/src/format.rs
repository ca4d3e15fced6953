//! What kind of file it is, by its first bytes: names and content types lie.

/// A file format that a photo may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    Jpeg,
    Png,
    Webp,
    Gif,
    Bmp,
    Avif,
    Heic,
    Tiff,
    Svg,
}

impl Format {
    /// How many first bytes [`Format::of`] looks at.
    pub const LOOKS_AT: usize = 256;

    /// The format of a file that starts with these bytes.
    #[must_use]
    pub fn of(first: &[u8]) -> Option<Self> {
        let brand = |brands: &[&[u8]]| {
            first.get(4..8) == Some(b"ftyp")
                && first.get(8..12).is_some_and(|brand| brands.contains(&brand))
        };
        match first {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Self::Bmp),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Self::Tiff),
            _ if brand(&[b"avif", b"avis"]) => Some(Self::Avif),
            _ if brand(&[b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"]) => {
                Some(Self::Heic)
            }
            _ => is_svg(first).then_some(Self::Svg),
        }
    }

    /// Whether the endpoint takes it (the provider's documentation: JPEG, PNG, WEBP).
    #[must_use]
    pub fn is_accepted(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// The media type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Avif => "image/avif",
            Self::Heic => "image/heic",
            Self::Tiff => "image/tiff",
            Self::Svg => "image/svg+xml",
        }
    }

    /// The usual ending of a file's name.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Svg => "svg",
            other => other.mime().strip_prefix("image/").unwrap_or_default(),
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WEBP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Avif => "AVIF",
            Self::Heic => "HEIC",
            Self::Tiff => "TIFF",
            Self::Svg => "SVG",
        }
    }
}

fn is_svg(first: &[u8]) -> bool {
    let start = &first[..first.len().min(Format::LOOKS_AT)];
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    text.starts_with(b"<svg")
        || (text.starts_with(b"<?xml") || text.starts_with(b"<!--"))
            && text.windows(4).any(|four| four == b"<svg")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_format_by_its_first_bytes() {
        let cases: [(&[u8], Option<Format>); 14] = [
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF", Some(Format::Jpeg)),
            (b"\x89PNG\r\n\x1A\n", Some(Format::Png)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Some(Format::Webp)),
            (b"GIF89a", Some(Format::Gif)),
            (b"BM\x36\0\0\0\0\0\0\0\x36", Some(Format::Bmp)),
            (b"\0\0\0\x20ftypavif", Some(Format::Avif)),
            (b"\0\0\0\x18ftypheic", Some(Format::Heic)),
            (b"II*\0", Some(Format::Tiff)),
            (b" <svg xmlns='x'/>", Some(Format::Svg)),
            (b"<?xml version='1.0'?><svg/>", Some(Format::Svg)),
            (b"<html>", None),
            (b"RIFF\x24\0\0\0WAVE", None),
            (b"\0\0\0\x18ftypmp42", None),
            (b"", None),
        ];
        for (bytes, format) in cases {
            assert_eq!(Format::of(bytes), format, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = Format::of(&bytes);
        }
    }
}
