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
    Ico,
    Jxl,
    Psd,
    Pdf,
    Svg,
}

impl Format {
    /// How many first bytes [`Format::of`] looks at.
    pub const LOOKS_AT: usize = 256;

    /// The format of a file that starts with these bytes.
    #[must_use]
    pub fn of(first: &[u8]) -> Option<Self> {
        if let Some(accepted) = Self::of_accepted(first) {
            return Some(accepted);
        }
        match first {
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Self::Bmp),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Self::Tiff),
            [0, 0, 1, 0, 1..=255, 0, ..] => Some(Self::Ico),
            [0xFF, 0x0A, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Some(Self::Jxl),
            [b'8', b'B', b'P', b'S', ..] => Some(Self::Psd),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [_, _, _, size, b'f', b't', b'y', b'p', brands @ ..] => of_brands(*size, brands),
            _ => is_svg(first).then_some(Self::Svg),
        }
    }

    /// As [`Format::of`], for those that the endpoint takes: whoever decodes no others need not know
    /// them.
    #[must_use]
    pub fn of_accepted(first: &[u8]) -> Option<Self> {
        match first {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
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
            Self::Ico => "image/x-icon",
            Self::Jxl => "image/jxl",
            Self::Psd => "image/vnd.adobe.photoshop",
            Self::Pdf => "application/pdf",
            Self::Svg => "image/svg+xml",
        }
    }

    /// The usual ending of a file's name.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Ico => "ico",
            Self::Psd => "psd",
            Self::Pdf => "pdf",
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
            Self::Ico => "ICO",
            Self::Jxl => "JPEG XL",
            Self::Psd => "PSD",
            Self::Pdf => "PDF",
            Self::Svg => "SVG",
        }
    }
}

/// By the brands of an ISO media file, of which the first may be one that several formats share.
fn of_brands(size: u8, brands: &[u8]) -> Option<Format> {
    // Four bytes of length, four of the name, which have been read; a number after the first brand.
    let brands = &brands[..brands.len().min(usize::from(size).saturating_sub(8))];
    let of = |brand: &[u8; 4]| match brand {
        b"avif" | b"avis" => Some(Format::Avif),
        b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" => Some(Format::Heic),
        _ => None,
    };
    let (brands, _) = brands.as_chunks();
    let shared = brands.first().is_some_and(|brand| matches!(brand, b"mif1" | b"msf1"));
    let found = brands.iter().find_map(of).filter(|_| shared);
    let found = found.or_else(|| of(brands.first()?));
    found.or_else(|| shared.then_some(Format::Heic))
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
        let cases: [(&[u8], Option<Format>); 21] = [
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF", Some(Format::Jpeg)),
            (b"\x89PNG\r\n\x1A\n", Some(Format::Png)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Some(Format::Webp)),
            (b"GIF89a", Some(Format::Gif)),
            (b"BM\x36\0\0\0\0\0\0\0\x36", Some(Format::Bmp)),
            (b"\0\0\0\x20ftypavif", Some(Format::Avif)),
            (b"\0\0\0\x18ftypheic", Some(Format::Heic)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Some(Format::Avif)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Some(Format::Heic)),
            (b"\0\0\0\x10ftypmif1\0\0\0\0\0\0\0\0avif", Some(Format::Heic)),
            (b"II*\0", Some(Format::Tiff)),
            (b"\0\0\x01\0\x02\0\x10\x10", Some(Format::Ico)),
            (b"\xFF\x0A\x7F", Some(Format::Jxl)),
            (b"8BPS\0\x01", Some(Format::Psd)),
            (b"%PDF-1.7", Some(Format::Pdf)),
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

    const STARTS: &[&[u8]] = &[
        b"\xFF\xD8\xFF",
        b"\x89PNG\r\n\x1A\n",
        b"RIFF\0\0\0\0WEBP",
        b"GIF87a",
        b"BM\0\0\0\0\0\0\0\0",
        b"\0\0\0\x14ftypavif",
        b"\0\0\0\x14ftypheic",
        b"MM\0*",
        b"\0\0\x01\0\x01\0",
        b"\xFF\x0A",
        b"8BPS",
        b"%PDF-",
        b"<svg",
    ];

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = Format::of(&bytes);
        }

        #[test]
        fn a_start_is_enough_and_what_follows_does_not_matter(
            start in prop::sample::select(STARTS), rest: Vec<u8>
        ) {
            let format = Format::of(start);
            prop_assert!(format.is_some());
            let mut file = start.to_vec();
            file.extend(rest);
            prop_assert_eq!(Format::of(&file), format);
            let looked_at = &file[..file.len().min(Format::LOOKS_AT)];
            prop_assert_eq!(Format::of(looked_at), format);
        }

        #[test]
        fn any_brands_are_read(bytes: Vec<u8>) {
            let file = [&b"\0\0\0\x20ftyp"[..], &bytes].concat();
            let format = Format::of(&file);
            prop_assert!(matches!(format, None | Some(Format::Avif | Format::Heic)));
        }
    }
}
