//! Whole jobs, from file to file.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use backdrop_contract::Format;
use backdrop_engine::{Backdrop, Engine, Job, Picture, Placement, Refusal, Stage};
use image::{DynamicImage, GenericImageView, ImageFormat, Rgba, RgbaImage};
use std::io::Cursor;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());
static ASTRONAUT: &[u8] = include_bytes!("data/astronaut.png");

fn job<'a>(photo: &'a [u8], backdrop: Backdrop<'a>) -> Job<'a> {
    Job {
        photo,
        backdrop,
        seed: 1234,
        original_quality: true,
        force_background_detection: false,
        fast: true,
        format: None,
    }
}

fn answer(photo: &[u8], backdrop: Backdrop<'_>) -> Result<Picture, Refusal> {
    ENGINE.answer(&job(photo, backdrop))
}

fn open(picture: &Picture) -> DynamicImage {
    assert_eq!(Format::of(&picture.bytes), Some(picture.format));
    let opened = image::load_from_memory(&picture.bytes).unwrap();
    assert_eq!(opened.dimensions(), (picture.width, picture.height));
    opened
}

fn write(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A red disc on nothing; the hidden colour outside is green.
fn cut_out(width: u32, height: u32) -> DynamicImage {
    let disc = |x: u32, y: u32| {
        let (dx, dy) = (x as f32 - width as f32 / 2.0, y as f32 - height as f32 / 2.0);
        match dx.hypot(dy) < height as f32 / 4.0 {
            true => Rgba([200, 30, 40, 255]),
            false => Rgba([0, 255, 0, 0]),
        }
    };
    RgbaImage::from_fn(width, height, disc).into()
}

#[test]
fn a_colour_is_exact_and_the_subject_is_kept() {
    let picture = answer(ASTRONAUT, Backdrop::Colour([18, 52, 86])).unwrap();
    assert_eq!((picture.format, picture.look), (Format::Png, None));
    let (made, photo) = (open(&picture).into_rgb8(), image::load_from_memory(ASTRONAUT).unwrap());
    assert_eq!(made.get_pixel(0, 0).0, [18, 52, 86]);
    assert_eq!(made.get_pixel(319, 0).0, [18, 52, 86]);
    // The middle of the suit.
    for (x, y) in [(130, 200), (120, 230), (130, 60)] {
        assert_eq!(made.get_pixel(x, y), photo.to_rgb8().get_pixel(x, y));
    }
}

#[test]
fn transparent_is_clear_outside_and_solid_inside() {
    let picture = answer(ASTRONAUT, Backdrop::Transparent).unwrap();
    assert_eq!(picture.format, Format::Png);
    let made = open(&picture).into_rgba8();
    assert_eq!(made.get_pixel(0, 0).0, [0, 0, 0, 0], "nothing of the old background is hidden");
    assert_eq!(made.get_pixel(130, 200).0[3], 255);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for words in ["In a parking lot", "a kitchen", "the beach"] {
        let with = |seed| {
            let picture = ENGINE.answer(&Job { seed, ..job(ASTRONAUT, Backdrop::Words(words)) });
            picture.unwrap().bytes
        };
        assert_eq!(with(7), with(7), "{words}");
        assert_ne!(with(7), with(8), "{words}");
    }
}

#[cfg(feature = "threads")]
#[test]
fn the_number_of_threads_changes_nothing() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| answer(ASTRONAUT, Backdrop::Words("forest")).unwrap().bytes)
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn words_choose_a_look_or_a_colour() {
    let picture = answer(ASTRONAUT, Backdrop::Words("In a parking lot")).unwrap();
    assert_eq!((picture.format, picture.look), (Format::Jpeg, Some("parking lot")));
    open(&picture);
    let picture = answer(ASTRONAUT, Backdrop::Words(" #FF5733 ")).unwrap();
    assert_eq!((picture.format, picture.look), (Format::Png, None));
    assert_eq!(open(&picture).into_rgb8().get_pixel(0, 0).0, [255, 0x57, 0x33]);
}

#[test]
fn every_look_can_be_painted_at_any_size() {
    let prompts = [
        "studio",
        "marble",
        "wooden table",
        "beach",
        "forest",
        "street",
        "city lights",
        "paper",
        "gradient",
        "window",
        "dark red marble",
        "snowy forest",
        "warm sunset beach",
    ];
    for (width, height) in [(1, 1), (2, 90), (300, 3), (120, 80)] {
        let mut alpha = cut_out(width, height).into_rgba8();
        // Something to see at any size, and something not.
        alpha.put_pixel(0, 0, Rgba([9, 9, 9, 255]));
        let photo = write(&alpha.into(), ImageFormat::Png);
        for prompt in prompts {
            let made = answer(&photo, Backdrop::Words(prompt));
            // One opaque pixel alone is a photo without a subject.
            assert!(made.is_ok() || (width, height) == (1, 1), "{prompt} {width} × {height}");
        }
    }
}

#[test]
fn a_photos_own_alpha_is_the_mask_unless_forced() {
    // All there but the upper left corner.
    let mut photo = image::load_from_memory(ASTRONAUT).unwrap().into_rgba8();
    for (x, y, pixel) in photo.enumerate_pixels_mut() {
        pixel.0[3] = if x < 60 && y < 60 { 0 } else { 255 };
    }
    let file = write(&photo.into(), ImageFormat::Png);
    let corners = |force| {
        let job = Job { force_background_detection: force, ..job(&file, Backdrop::Transparent) };
        let made = open(&ENGINE.answer(&job).unwrap()).into_rgba8();
        [made.get_pixel(5, 5), made.get_pixel(315, 5), made.get_pixel(130, 200)].map(|p| p.0[3])
    };
    assert_eq!(corners(false), [0, 255, 255]);
    assert_eq!(corners(true), [0, 0, 255]);
}

#[test]
fn a_cut_out_keeps_its_colours_and_hides_none() {
    let file = write(&cut_out(200, 160), ImageFormat::Png);
    let made = open(&answer(&file, Backdrop::Colour([10, 20, 30])).unwrap()).into_rgb8();
    assert_eq!(made.get_pixel(100, 80).0, [200, 30, 40]);
    assert!(made.pixels().all(|pixel| pixel.0[1] <= 30), "the hidden green shows nowhere");
}

#[test]
fn sizes() {
    let file = write(&cut_out(2000, 1500), ImageFormat::Png);
    let size = |original_quality| {
        let job = Job { original_quality, ..job(&file, Backdrop::Colour([10, 20, 30])) };
        let picture = ENGINE.answer(&job).unwrap();
        // Not even the shrunk edge shows the hidden green.
        assert!(open(&picture).into_rgb8().pixels().all(|pixel| pixel.0[1] <= 31));
        (picture.width, picture.height)
    };
    assert_eq!(size(true), (2000, 1500));
    assert_eq!(size(false), (1182, 886));
    let small = write(&cut_out(64, 48), ImageFormat::Png);
    let job = Job { original_quality: false, ..job(&small, Backdrop::Transparent) };
    let picture = ENGINE.answer(&job).unwrap();
    assert_eq!((picture.width, picture.height), (64, 48), "never enlarged");
}

#[test]
fn a_reference_covers() {
    // Left third red, middle blue, right third red: a square photo sees only the middle.
    let stripes = RgbaImage::from_fn(600, 200, |x, _| match x / 200 {
        1 => Rgba([0, 0, 250, 255]),
        _ => Rgba([250, 0, 0, 255]),
    });
    let reference = write(&stripes.into(), ImageFormat::WebP);
    let picture = answer(
        ASTRONAUT,
        Backdrop::Reference { file: &reference, placement: Placement::default() },
    )
    .unwrap();
    assert_eq!((picture.format, picture.look), (Format::Jpeg, None));
    let made = open(&picture).into_rgb8();
    for (x, y) in [(4, 4), (316, 4), (300, 100)] {
        let [r, _, b] = made.get_pixel(x, y).0;
        assert!(b > 230 && r < 20, "{x} {y}: {r} {b}");
    }
    let error =
        answer(ASTRONAUT, Backdrop::Reference { file: b"<svg/>", placement: Placement::default() })
            .unwrap_err();
    assert_eq!(error.to_string(), "the reference is SVG; send a JPEG, PNG or WEBP file");
}

#[test]
fn files_that_are_no_photos() {
    for (file, found) in [
        (&b""[..], None),
        (b"hello", None),
        (b"GIF89a\x01\0\x01\0", Some(Format::Gif)),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Some(Format::Svg)),
        (b"\0\0\0\x18ftypheic", Some(Format::Heic)),
    ] {
        match answer(file, Backdrop::Transparent) {
            Err(Refusal::Unsupported { what: "the photo", found: told }) => assert_eq!(told, found),
            other => panic!("{other:?}"),
        }
    }
    for head in [&b"\x89PNG\r\n\x1A\n"[..], b"\xFF\xD8\xFF\xE0", b"RIFF\x24\0\0\0WEBPVP8 "] {
        let made = answer(head, Backdrop::Transparent);
        assert!(matches!(made, Err(Refusal::Broken { .. })), "{made:?}");
    }
}

#[test]
fn a_small_file_that_claims_to_be_huge_is_refused_before_it_is_decoded() {
    let mut file = write(&cut_out(8, 8), ImageFormat::Png);
    // Width and height in the head, and the head's checksum.
    file[16..20].copy_from_slice(&40_000_u32.to_be_bytes());
    file[20..24].copy_from_slice(&40_000_u32.to_be_bytes());
    let sum = crc32(&file[12..29]);
    file[29..33].copy_from_slice(&sum.to_be_bytes());
    match answer(&file, Backdrop::Transparent) {
        Err(Refusal::TooLarge { megapixels: 1600, most: 64, .. }) => {}
        other => panic!("{other:?}"),
    }
}

/// PNG's checksum.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ ((sum & 1) * 0xEDB8_8320))
    })
}

#[test]
fn a_photo_without_a_subject_is_told_so() {
    for (width, height, fast) in [(1, 1, true), (64, 64, false)] {
        let file = write(&DynamicImage::new_luma8(width, height), ImageFormat::Png);
        let made = ENGINE.answer(&Job { fast, ..job(&file, Backdrop::Transparent) });
        assert!(matches!(made, Err(Refusal::NoSubject)), "{width} {made:?}");
    }
}

#[test]
fn every_kind_of_pixel_is_taken() {
    let photo = image::load_from_memory(ASTRONAUT).unwrap();
    let kinds = [
        (DynamicImage::from(photo.to_rgb16()), ImageFormat::Png),
        (photo.to_rgba16().into(), ImageFormat::Png),
        (photo.to_luma8().into(), ImageFormat::Png),
        (photo.to_luma_alpha8().into(), ImageFormat::Png),
        (photo.to_luma8().into(), ImageFormat::Jpeg),
        (photo.to_rgb8().into(), ImageFormat::Jpeg),
        (photo.to_rgba8().into(), ImageFormat::WebP),
    ];
    for (kind, format) in kinds {
        check(&write(&kind, format), &format!("{:?} as {format:?}", kind.color()));
    }
    check(include_bytes!("data/astronaut_cmyk.jpg"), "CMYK");

    fn check(file: &[u8], name: &str) {
        let made = open(&answer(file, Backdrop::Transparent).unwrap()).into_rgba8();
        assert_eq!(made.dimensions(), (320, 320), "{name}");
        assert_eq!(made.get_pixel(2, 2).0[3], 0, "{name}");
        let [r, g, b, a] = made.get_pixel(130, 200).0;
        let photo = image::load_from_memory(ASTRONAUT).unwrap().to_rgb8();
        let suit = photo.get_pixel(130, 200).0;
        let grey = r == g && g == b;
        let close = r.abs_diff(suit[0]) < 24 && b.abs_diff(suit[2]) < 24;
        assert!(a > 250 && (grey || close), "{name}: {:?} was {suit:?}", [r, g, b, a]);
    }
}

#[test]
fn a_turned_photo_is_set_upright_and_loses_its_exif() {
    let photo = image::load_from_memory(ASTRONAUT).unwrap();
    // Lying on its left side; orientation 6 says to turn it a quarter to the right.
    let lying = write(&photo.crop_imm(0, 0, 320, 300).rotate270(), ImageFormat::Jpeg);
    let exif = b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut file = lying[..2].to_vec();
    file.extend([0xFF, 0xE1]);
    file.extend((exif.len() as u16 + 2).to_be_bytes());
    file.extend(exif);
    file.extend(&lying[2..]);
    let picture = answer(&file, Backdrop::Words("studio")).unwrap();
    assert_eq!((picture.width, picture.height), (320, 300));
    assert!(!picture.bytes.windows(4).any(|four| four == b"Exif"));
    let made = open(&picture).into_rgb8();
    let suit = made.get_pixel(130, 200).0;
    assert!(suit[0] > 150 && suit[2] < 110, "{suit:?}");
}

#[test]
fn a_colour_profile_is_kept_if_it_still_fits() {
    use image::{ExtendedColorType, ImageEncoder};
    let photo = cut_out(80, 60).into_rgba8();
    for (space, kept) in [(b"RGB ", true), (b"CMYK", false)] {
        let mut profile = vec![0; 132];
        profile[16..20].copy_from_slice(space);
        let mut file = Vec::new();
        let mut encoder = image::codecs::png::PngEncoder::new(&mut file);
        encoder.set_icc_profile(profile.clone()).unwrap();
        encoder.write_image(&photo, 80, 60, ExtendedColorType::Rgba8).unwrap();
        for backdrop in [Backdrop::Transparent, Backdrop::Words("paper")] {
            let picture = answer(&file, backdrop).unwrap();
            let reader = image::ImageReader::new(Cursor::new(&picture.bytes)).with_guessed_format();
            let mut decoder = reader.unwrap().into_decoder().unwrap();
            let found = image::ImageDecoder::icc_profile(&mut decoder).unwrap();
            assert_eq!(found, kept.then(|| profile.clone()));
        }
    }
}

#[test]
fn the_stages_come_in_order() {
    let mut stages = Vec::new();
    let job = job(ASTRONAUT, Backdrop::Words("paper"));
    ENGINE.answer_watched(&job, &mut |stage| stages.push(stage)).unwrap();
    use Stage::*;
    assert_eq!(stages, [Decoded, Found, Cleaned, Painted, Composed, Encoded]);
}
