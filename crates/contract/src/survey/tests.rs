use super::*;
use image::{ColorType, DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader};
use proptest::prelude::*;
use std::io::Cursor;
use std::sync::LazyLock;

/// As the page asks: any range of the file, as the browser clips it.
fn survey(file: &[u8]) -> Option<Survey> {
    let length = file.len() as u64;
    let read = |from: u64, to: u64| {
        assert!(from <= to && to <= length && to - from <= 256 << 10, "{from} to {to} of {length}");
        Some(file[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()].to_vec())
    };
    Survey::of(Format::of(file)?, File::new(length, &read))
}

/// The file that the parts make.
fn without_metadata(file: &[u8]) -> Option<Vec<u8>> {
    let mut made = Vec::new();
    for part in survey(file)?.kept {
        match part {
            Part::Range(from, to) => {
                assert!(from < to && to <= file.len() as u64, "{from} to {to} of {}", file.len());
                made.extend(&file[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()]);
            }
            Part::New(bytes) => made.extend(bytes),
        }
    }
    Some(made)
}

/// Position and camera, as a phone writes them, turned by 90 degrees.
const EXIF: &[u8] = b"MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0GPS-52.5,13.4";
const PROFILE: &[u8] = b"a colour profile";
const SECRETS: [&[u8]; 3] = [b"GPS-", b"xmpmeta", b"a comment"];

fn picture() -> DynamicImage {
    let pixels = image::RgbImage::from_fn(61, 40, |x, y| {
        image::Rgb([(x * 4) as u8, (y * 6) as u8, (x * y % 251) as u8])
    });
    pixels.into()
}

/// Puts a chunk as PNG has it behind the header.
fn png_chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    chunk.extend(name);
    chunk.extend(data);
    let bit = |sum: u32| (sum >> 1) ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 };
    let byte = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| bit(sum));
    let sum = chunk[4..].iter().fold(u32::MAX, byte);
    chunk.extend((!sum).to_be_bytes());
    chunk
}

fn riff_chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = name.to_vec();
    chunk.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    chunk.extend(data);
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

fn jpeg_segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], &length[..], data].concat()
}

/// One file of each format, each with everything that is to go and a profile that is to stay.
static FILES: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
    let plain = |format| {
        let mut file = Cursor::new(Vec::new());
        picture().write_to(&mut file, format).unwrap();
        file.into_inner()
    };
    let jpeg = plain(ImageFormat::Jpeg);
    let profile = jpeg_segment(0xE2, &[b"ICC_PROFILE\0\x01\x01", PROFILE].concat());
    let exif = jpeg_segment(0xE1, &[b"Exif\0\0", EXIF].concat());
    let xmp = jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>");
    let pictures = jpeg_segment(0xE2, b"MPF\0GPS-list");
    let comment = jpeg_segment(0xFE, b"a comment");
    let head = [&jpeg[..2], &exif, &xmp, &profile, &pictures, &comment].concat();
    let jpeg = [&head, &jpeg[2..], b"GPS- of a film that follows"].concat();

    let mut png = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut png);
    encoder.set_icc_profile(PROFILE.into()).unwrap();
    let rgb = picture().into_rgb8();
    encoder.write_image(&rgb, 61, 40, ColorType::Rgb8.into()).unwrap();
    let texts = [
        png_chunk(b"eXIf", EXIF),
        png_chunk(b"iTXt", b"XML:com.adobe.xmp\0xmpmeta"),
        png_chunk(b"tEXt", b"Comment\0a comment"),
    ];
    let end = png.len() - 12;
    let png =
        [&png[..33], &texts.concat(), &png[33..end], &texts[0], &png[end..], b"GPS-"].concat();

    let webp = plain(ImageFormat::WebP);
    let mut body = b"WEBP".to_vec();
    body.extend(riff_chunk(b"VP8X", &[0x2C, 0, 0, 0, 60, 0, 0, 39, 0, 0]));
    body.extend(riff_chunk(b"ICCP", PROFILE));
    body.extend(&webp[12..]);
    body.extend(riff_chunk(b"EXIF", EXIF));
    body.extend(riff_chunk(b"XMP ", b"<x:xmpmeta/>"));
    let webp = riff_chunk(b"RIFF", &body);
    [jpeg, png, webp]
});

fn holds(file: &[u8], part: &[u8]) -> bool {
    file.windows(part.len()).any(|window| window == part)
}

#[test]
fn metadata_go_and_the_picture_stays() {
    for file in FILES.iter() {
        let format = Format::of(file).unwrap().label();
        let left = without_metadata(file).unwrap();
        for secret in SECRETS {
            assert!(!holds(&left, secret), "{format}: {}", String::from_utf8_lossy(secret));
        }
        let read = |file: &[u8]| {
            let reader = ImageReader::new(Cursor::new(file.to_vec())).with_guessed_format();
            let mut decoder = reader.unwrap().into_decoder().unwrap();
            let profile = decoder.icc_profile().unwrap();
            let exif = decoder.exif_metadata().unwrap();
            (DynamicImage::from_decoder(decoder).unwrap(), profile, exif)
        };
        let (before, profile, exif) = read(file);
        assert!(
            profile.as_deref() == Some(PROFILE) && exif.is_some(),
            "{format}: a poor test file"
        );
        assert_eq!(read(&left), (before, profile, None), "{format}");
    }
}

#[test]
fn size_and_orientation_are_told() {
    for file in FILES.iter() {
        let survey = survey(file).unwrap();
        assert_eq!((survey.size, survey.orientation, survey.moves), ((61, 40), 6, false));
        let again = self::survey(&without_metadata(file).unwrap()).unwrap();
        assert_eq!((again.size, again.orientation), ((61, 40), 1));
    }
}

#[test]
fn without_metadata_a_file_is_itself() {
    let mut plain = Cursor::new(Vec::new());
    picture().write_to(&mut plain, ImageFormat::Jpeg).unwrap();
    let plain = plain.into_inner();
    assert_eq!(survey(&plain).unwrap().kept, [Part::Range(0, plain.len() as u64)]);
    for file in FILES.iter() {
        let once = without_metadata(file).unwrap();
        assert!(without_metadata(&once).unwrap() == once, "a second time changes it again");
    }
}

#[test]
fn animations_are_told() {
    let mut moving = FILES[1].clone();
    moving.splice(33..33, png_chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]));
    assert!(survey(&moving).unwrap().moves);
    assert!(!holds(&without_metadata(&moving).unwrap(), b"acTL"));
    let mut moving = FILES[2].clone();
    moving[20] |= 0x02;
    assert!(survey(&moving).unwrap().moves);
}

#[test]
fn a_cut_file_is_not_understood() {
    for file in FILES.iter() {
        let whole = without_metadata(file).unwrap();
        for end in 0..whole.len() {
            assert_eq!(survey(&whole[..end]), None, "{end} of {}", whole.len());
        }
    }
}

#[test]
fn a_scan_is_read_across_windows() {
    // A scan of more than two windows, with a stuffed byte and a restart at every edge.
    let mut file = b"\xFF\xD8\xFF\xDA\0\x02".to_vec();
    while file.len() < 600 << 10 {
        file.extend(b"\xFF\0\xFF\xD3ab");
    }
    file.extend(b"\xFF\xFF\xD9");
    let kept = [
        Part::Range(0, file.len() as u64 - 3),
        Part::Range(file.len() as u64 - 2, file.len() as u64),
    ];
    assert_eq!(survey(&file).unwrap().kept, kept);
}

proptest! {
    #[test]
    fn damaged_files_never_panic_and_parts_stay_inside(
        which in 0..3_usize, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)
    ) {
        let mut file = FILES[which].clone();
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        // Ranges are checked as they are put together.
        if let Some(once) = without_metadata(&file) {
            prop_assert_eq!(without_metadata(&once), Some(once));
        }
    }

    #[test]
    fn hostile_lengths_never_panic(
        which in 0..3_usize, at: prop::sample::Index, length in prop::sample::select(vec![0, 1, 2, 0x7FFF_FFFF, u32::MAX - 8, u32::MAX])
    ) {
        let mut file = FILES[which].clone();
        let at = at.index(file.len() - 4);
        file[at..at + 4].copy_from_slice(&length.to_be_bytes());
        let _ = without_metadata(&file);
        file[at..at + 4].copy_from_slice(&length.to_le_bytes());
        let _ = without_metadata(&file);
    }

    #[test]
    fn no_bytes_make_it_panic(start in prop::sample::select(vec![&b"\xFF\xD8\xFF"[..], b"\x89PNG\r\n\x1A\n", b"RIFF\x40\0\0\0WEBP"]), rest: Vec<u8>) {
        let _ = without_metadata(&[start, &rest].concat());
    }

    #[test]
    fn no_exif_makes_it_panic(exif: Vec<u8>, big: bool) {
        let head: &[u8] = if big { b"MM\0*" } else { b"II*\0" };
        prop_assert!((1..=8).contains(&exif::orientation(&[head, &exif].concat())));
    }
}
