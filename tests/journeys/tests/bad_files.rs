//! Files that people drop by mistake, that came to harm, or that were made to do harm: each is a
//! picture, a conversion with a word, or a refusal in words. None hangs the page or loses the form.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use Outcome::*;
use journeys::*;

/// What a person should see.
enum Outcome {
    /// It is the photo, and this is told of it.
    Taken(&'static str),
    /// It is not, for this reason; its name stands before.
    Refused(&'static str),
    /// Where decoders may differ: one of these two.
    Either(&'static str, &'static str),
}

const EMPTY: &str = "is empty";
const NONE: &str = "is not a picture";
const MENDED: &str = "Drawn anew";

fn cases() -> Vec<(&'static str, Vec<u8>, Outcome)> {
    let jpeg = picture(Picture::Jpeg, 48, 32);
    let png = picture(Picture::Png, 48, 32);
    let webp = picture(Picture::WebP, 48, 32);
    let bmp = picture(Picture::Bmp, 48, 32);
    let ico = picture(Picture::Ico, 48, 32);
    let gif = animated_gif();
    let cut = |file: &[u8], percent: usize| file[..file.len() * percent / 100].to_vec();
    let with = |file: &[u8], at: usize, bytes: &[u8]| {
        let mut file = file.to_vec();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    let put = |file: &[u8], at: usize, bytes: &[u8]| [&file[..at], bytes, &file[at..]].concat();
    let noise: Vec<u8> = (0..4000_u32).map(|at| ((at * at) >> 5) as u8).collect();
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    let scan = jpeg.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    let data = png.windows(4).position(|name| name == b"IDAT").unwrap();
    let mut all = empty_and_foreign();
    all.extend([
        // JPEG.
        ("start.jpg", b"\xFF\xD8\xFF".to_vec(), Refused("damaged JPEG")),
        ("start-end.jpg", b"\xFF\xD8\xFF\xD9".to_vec(), Refused("damaged JPEG")),
        ("cut-10.jpg", cut(&jpeg, 10), Refused("damaged JPEG")),
        ("cut-50.jpg", cut(&jpeg, 50), Refused("damaged JPEG")),
        ("cut-95.jpg", cut(&jpeg, 95), Either(MENDED, "damaged JPEG")),
        ("no-end.jpg", jpeg[..jpeg.len() - 2].to_vec(), Either(MENDED, "damaged JPEG")),
        ("no-frame.jpg", [&jpeg[..frame], &jpeg[scan..]].concat(), Refused("damaged JPEG")),
        ("no-scan.jpg", [&jpeg[..scan], b"\xFF\xD9"].concat(), Refused("damaged JPEG")),
        ("no-size.jpg", with(&jpeg, frame + 5, &[0; 4]), Refused("damaged JPEG")),
        ("vast.jpg", with(&jpeg, frame + 5, &[0xFF; 4]), Refused("has 4295 megapixels")),
        ("long-segment.jpg", put(&jpeg, 2, b"\xFF\xE1\xFF\xFF"), Refused("damaged JPEG")),
        ("short-segment.jpg", put(&jpeg, 2, b"\xFF\xE1\0\0"), Either(MENDED, "damaged JPEG")),
        ("noise.jpg", [&b"\xFF\xD8\xFF\xE0"[..], &noise].concat(), Refused("damaged JPEG")),
        ("twice.jpg", jpeg.repeat(2), Taken("")),
        ("film-behind.jpg", [&jpeg[..], &noise].concat(), Taken("")),
        ("fill-bytes.jpg", put(&jpeg, 2, &[0xFF; 9]), Taken("")),
        ("turn-9.jpg", with_metadata(&jpeg, 9), Taken("")),
        ("turn-0.jpg", with_metadata(&jpeg, 0), Taken("")),
        ("exif-loop.jpg", put(&jpeg, 2, &exif(b"MM\0*\0\0\0\x08\xFF\xFF")), Taken("")),
        ("exif-far.jpg", put(&jpeg, 2, &exif(b"II*\0\xFF\xFF\xFF\xFF")), Taken("")),
        ("exif-none.jpg", put(&jpeg, 2, &exif(b"")), Taken("")),
        // PNG.
        ("start.png", png[..8].to_vec(), Refused("damaged PNG")),
        ("cut-50.png", cut(&png, 50), Refused("damaged PNG")),
        (
            "no-data.png",
            [&png[..data - 4], &png_chunk(b"IEND", b"")].concat(),
            Refused("damaged PNG"),
        ),
        ("no-end.png", png[..png.len() - 12].to_vec(), Either(MENDED, "damaged PNG")),
        ("no-size.png", with(&png, 16, &[0; 8]), Refused("damaged PNG")),
        ("vast.png", with(&png, 16, &[0, 1, 0, 0, 0, 1, 0, 0]), Refused("has 4295 megapixels")),
        (
            "vaster.png",
            with(&png, 16, &[0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF]),
            Refused("megapixels"),
        ),
        ("long-chunk.png", with(&png, data - 4, &[0xFF; 4]), Refused("damaged PNG")),
        ("bad-header.png", with(&png, 25, &[9]), Refused("damaged PNG")),
        ("bad-data.png", with(&png, data + 8, &[0xAA; 12]), Refused("damaged PNG")),
        ("text-behind.png", [&png[..], b"more"].concat(), Taken("")),
        ("much-text.png", put(&png, 33, &png_chunk(b"tEXt", &noise)), Taken("")),
        (
            "moving.png",
            put(&png, 33, &png_chunk(b"acTL", &[0, 0, 0, 9, 0, 0, 0, 0])),
            Taken("Only the first picture"),
        ),
        // WEBP.
        ("start.webp", webp[..12].to_vec(), Refused("damaged WEBP")),
        ("cut-50.webp", cut(&webp, 50), Refused("damaged WEBP")),
        ("too-long.webp", with(&webp, 4, &[0xFF; 4]), Either(MENDED, "damaged WEBP")),
        ("no-length.webp", with(&webp, 4, &[0; 4]), Refused("damaged WEBP")),
        ("long-chunk.webp", with(&webp, 16, &[0xFF; 4]), Refused("damaged WEBP")),
        ("unknown-chunk.webp", still_webp(0, &[riff_chunk(b"wHAT", &noise)]), Taken("")),
        ("false-flags.webp", still_webp(0x2C, &[]), Either("", "damaged WEBP")),
        ("no-picture.webp", riff_chunk(b"RIFF", b"WEBPVP8 \0\0\0\0"), Refused("damaged WEBP")),
        // GIF, BMP, ICO, AVIF.
        ("start.gif", b"GIF89a".to_vec(), Refused("is GIF, which")),
        ("cut.gif", gif[..30].to_vec(), Refused("is GIF, which")),
        ("half.gif", cut(&gif, 50), Either("Converted from GIF", "is GIF, which")),
        ("no-size.gif", with(&gif, 6, &[0; 4]), Either("Converted from GIF", "is GIF, which")),
        ("vast.gif", with(&gif, 6, &[0xFF; 4]), Either("Converted from GIF", "is GIF, which")),
        ("start.bmp", bmp[..20].to_vec(), Refused("is BMP, which")),
        ("half.bmp", cut(&bmp, 50), Refused("is BMP, which")),
        ("no-size.bmp", with(&bmp, 18, &[0; 8]), Refused("is BMP, which")),
        (
            "vast.bmp",
            with(&bmp, 18, &[0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F]),
            Refused("is BMP, which"),
        ),
        ("start.ico", b"\0\0\x01\0\x01\0".to_vec(), Refused("is ICO, which")),
        ("half.ico", cut(&ico, 50), Refused("is ICO, which")),
        ("start.avif", AVIF[..24].to_vec(), Refused("is AVIF, which")),
        ("half.avif", cut(AVIF, 50), Refused("is AVIF, which")),
    ]);
    all
}

/// What is no picture, or none that can be sent.
fn empty_and_foreign() -> Vec<(&'static str, Vec<u8>, Outcome)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let svg = "is SVG, which cannot be sent";
    vec![
        ("nothing.jpg", Vec::new(), Refused(EMPTY)),
        ("one-byte.png", vec![0xFF], Refused(NONE)),
        ("zeros.jpg", vec![0; 4096], Refused(NONE)),
        ("diary.jpg", text("Dear diary, this is no photo."), Refused(NONE)),
        ("page.png", text("<!doctype html><title>x</title>"), Refused(NONE)),
        ("data.webp", text("{\"image\":null}"), Refused(NONE)),
        ("feed.jpg", text("<?xml version='1.0'?><rss/>"), Refused(NONE)),
        ("archive.png", text("PK\x03\x04\x14\0"), Refused(NONE)),
        ("song.jpg", text("ID3\x04\0\0\0\0"), Refused(NONE)),
        ("sound.webp", text("RIFF\x24\0\0\0WAVEfmt "), Refused(NONE)),
        ("film.jpg", text("\0\0\0\x18ftypmp42\0\0\0\0mp42isom"), Refused(NONE)),
        ("program.png", b"\x7FELF\x02\x01\x01\0".to_vec(), Refused(NONE)),
        ("code.png", b"\0asm\x01\0\0\0".to_vec(), Refused(NONE)),
        ("drawing.svg", text("<svg xmlns='http://www.w3.org/2000/svg'/>"), Refused(svg)),
        ("script.png", text("<svg onload='alert(1)'/>"), Refused(svg)),
        ("prolog.jpg", text("<?xml version='1.0'?>\n<svg/>"), Refused(svg)),
        ("comment.jpg", text("\u{FEFF} <!-- x --><svg/>"), Refused(svg)),
        ("paper.jpg", text("%PDF-1.7\n"), Refused("is PDF, which cannot be sent")),
        ("layers.jpg", text("8BPS\0\x01"), Refused("is PSD, which cannot be sent")),
        ("phone.jpg", text("\0\0\0\x18ftypheic\0\0\0\0heicmif1"), Refused("is HEIC, which")),
        ("shared.jpg", text("\0\0\0\x18ftypmif1\0\0\0\0mif1heic"), Refused("is HEIC, which")),
        ("raw.jpg", text("II*\0\x08\0\0\0\0\0"), Refused("is TIFF, which")),
        ("scan.png", text("MM\0*\0\0\0\x08\0\0"), Refused("is TIFF, which")),
        ("new.jpg", b"\xFF\x0A\x7F\0".to_vec(), Refused("is JPEG XL, which")),
    ]
}

fn exif(tiff: &[u8]) -> Vec<u8> {
    jpeg_segment(0xE1, &[b"Exif\0\0", tiff].concat())
}

#[tokio::test]
async fn each_bad_file_is_a_picture_or_is_refused_in_words() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.drop_photo(&sample("cat")).await;
    page.retype("#prompt", "on a beach").await;
    let cases = cases();
    assert!(cases.len() >= 60, "only {}", cases.len());
    let mut photo = "cat.jpg".to_owned();
    let mut wrong = Vec::new();
    for (name, bytes, outcome) in cases {
        page.drop_files(".stage", &[file(name, &bytes)]).await;
        let (notice, now) = page
            .until(&format!("{name} is dealt with"), || async {
                let text = async |css: &str| match page.all(css).await.first() {
                    Some(element) => element.text().await.unwrap_or_default(),
                    None => String::new(),
                };
                let now = text("fieldset .photo b").await;
                // A photo is shown after the last one's notice has gone.
                let notice = text("#notice").await;
                (notice.starts_with(name) || now == name).then_some((notice, now))
            })
            .await;
        let change = match page.all("#photo-change").await.first() {
            Some(change) => change.text().await.unwrap_or_default(),
            None => String::new(),
        };
        let taken = now == name;
        let right = match outcome {
            Taken(says) => {
                taken && change.starts_with(says) && says.is_empty() == change.is_empty()
            }
            Refused(says) => !taken && notice.contains(says),
            Either(says, _) if taken => change.starts_with(says),
            Either(_, says) => notice.contains(says),
        };
        if !right || taken != notice.is_empty() {
            wrong.push(format!("{name}: {now} ({change}) {notice}"));
        }
        if taken {
            photo = now;
        } else if now != photo {
            wrong.push(format!("{name} took the place of {photo} with {now}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(page.property("#prompt", "value").await, "on a beach");
    page.assert_quiet().await;
    // And still at work.
    page.drop_photo(&sample("coffee")).await;
    page.send().await;
}
