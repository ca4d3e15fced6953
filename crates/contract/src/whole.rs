//! Whether a picture came whole. A browser shows a cut one without a word, grey at the bottom.

use crate::Format;

impl Format {
    /// How many last bytes [`Format::is_whole`] wants at least; of a shorter file, all.
    pub const END: usize = 512 << 10;

    /// Whether a file has its end, as far as its format says: `IEND` in a PNG, the end-of-image
    /// marker in a JPEG, the length in a WEBP. `first` are its first bytes, `last` its last ones
    /// (at least [`Format::END`] of them, or all), `length` is how many it has.
    #[must_use]
    pub fn is_whole(self, first: &[u8], last: &[u8], length: u64) -> bool {
        match self {
            Self::Png => {
                let end = b"\0\0\0\0IEND\xAE\x42\x60\x82";
                last.windows(end.len()).rev().any(|window| window == end)
            }
            Self::Jpeg => {
                // A preview inside the metadata has an end of its own. It lies before the scan, in
                // the first 64 KiB: never in the last bytes of a file longer than they are.
                let scan = if last.len() as u64 == length { scan(last) } else { Some(0) };
                let data = scan.and_then(|at| last.get(at..)).unwrap_or_default();
                data.windows(2).rev().any(|pair| pair == [0xFF, 0xD9])
            }
            Self::Webp => match first {
                [_, _, _, _, a, b, c, d, ..] => {
                    u64::from(u32::from_le_bytes([*a, *b, *c, *d])) + 8 <= length
                }
                _ => false,
            },
            _ => true,
        }
    }
}

/// Where a JPEG's first scan starts: after its segments, each with its length.
fn scan(file: &[u8]) -> Option<usize> {
    let mut at: usize = 2;
    loop {
        match *file.get(at..at.checked_add(4)?)? {
            [0xFF, 0xDA, ..] => return Some(at),
            // Padding.
            [0xFF, 0xFF, ..] => at += 1,
            [0xFF, _, high, low] => {
                at += 2 + usize::from(u16::from_be_bytes([high, low])).max(2);
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_whole(file: &[u8]) -> bool {
        let last = &file[file.len().saturating_sub(Format::END)..];
        Format::of(file).unwrap().is_whole(file, last, file.len() as u64)
    }

    /// A JPEG with a preview in its metadata and this much in its scan.
    fn jpeg(scan: usize) -> Vec<u8> {
        let preview = b"\xFF\xD8\xFF\xDA\0\x02abc\xFF\xD9";
        let mut file = b"\xFF\xD8\xFF\xE1".to_vec();
        file.extend(u16::try_from(preview.len() + 2).unwrap().to_be_bytes());
        file.extend(preview);
        file.extend(b"\xFF\xFF\xDA\0\x02");
        file.extend(std::iter::repeat_n(7, scan));
        file.extend(b"\xFF\xD9");
        file
    }

    #[test]
    fn each_format_knows_its_end() {
        for whole in [jpeg(0), jpeg(30), jpeg(Format::END + 9), b"GIF89a".to_vec()] {
            assert!(is_whole(&whole));
        }
        for scan in [0, 30, Format::END + 9] {
            let file = jpeg(scan);
            assert!(!is_whole(&file[..file.len() - 1]), "{scan}");
            assert!(is_whole(&[&file[..], b"more of the camera's"].concat()), "{scan}");
        }
        let png = b"\x89PNG\r\n\x1A\n and so on \0\0\0\0IEND\xAE\x42\x60\x82";
        assert!(is_whole(png) && is_whole(&[png, &b"\n"[..]].concat()));
        assert!(!is_whole(&png[..png.len() - 1]));
        let webp = b"RIFF\x08\0\0\0WEBPVP8 ";
        assert!(is_whole(webp) && !is_whole(&webp[..15]));
    }

    proptest! {
        #[test]
        fn a_cut_jpeg_is_never_whole(scan in 0_usize..2000, cut in 1_usize..2000) {
            let file = jpeg(scan);
            let cut = cut.min(file.len() - 4);
            prop_assert!(!is_whole(&file[..file.len() - cut]));
        }

        #[test]
        fn no_bytes_make_it_panic(mut bytes: Vec<u8>, start: prop::sample::Index, length: u64) {
            for start in [start.index(bytes.len() + 1), 0] {
                for format in [Format::Png, Format::Jpeg, Format::Webp, Format::Gif] {
                    let _ = format.is_whole(&bytes, &bytes[start..], length);
                    let _ = format.is_whole(&bytes, &bytes, bytes.len() as u64);
                }
            }
            bytes.splice(0..0, *b"\xFF\xD8\xFF\xE0");
            let _ = is_whole(&bytes);
        }
    }
}
