//! What becomes of a photo between the person and the wire.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use journeys::*;
use std::time::Duration;

async fn open(relay: &Relay) -> Browser {
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page
}

/// Sends, and gives the photo's bytes as they came to the provider.
async fn sent(page: &Browser, provider: &Provider) -> Vec<u8> {
    let before = provider.asked().len();
    page.send().await;
    let json = provider.wait_for_request(before + 1).await.json();
    BASE64_STANDARD.decode(json["image"].as_str().unwrap()).expect("bare base64")
}

fn holds(file: &[u8], part: &[u8]) -> bool {
    file.windows(part.len()).any(|window| window == part)
}

fn assert_two_colours(file: &[u8], (x, y): (u32, u32)) {
    let pixels = Pixels::of_bytes(file);
    assert_eq!(pixels.size(), (x, y));
    let (left, right) = (pixels.at(0.1, 0.5), pixels.at(0.9, 0.5));
    assert!(near(left, BLUE) && near(right, ORANGE), "{left:?} and {right:?}");
}

#[tokio::test]
async fn what_the_endpoint_does_not_take_is_converted_and_told() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    for (name, bytes, change, starts) in [
        (
            "a.gif",
            animated_gif(),
            "Converted from GIF to JPEG · Only the first picture",
            b"\xFF\xD8",
        ),
        ("b.bmp", picture(Picture::Bmp, 48, 32), "Converted from BMP to JPEG", b"\xFF\xD8"),
        ("c.ico", picture(Picture::Ico, 48, 32), "Converted from ICO to JPEG", b"\xFF\xD8"),
        ("d.jpg", AVIF.to_vec(), "Converted from AVIF to JPEG", b"\xFF\xD8"),
        ("e.png", moving_png(), "Only the first picture", b"\x89P"),
    ] {
        page.drop_photo(&file(name, &bytes)).await;
        assert_eq!(page.text("#photo-change").await, change, "{name}");
        page.wait_for_text("#status", change).await;
        let sent = sent(&page, &provider).await;
        assert!(sent.starts_with(starts), "{name} starts with {:?}", &sent[..2]);
        assert_two_colours(&sent, (48, 32));
    }
    // What is transparent stays so.
    let mut clear = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbaImage::from_pixel(30, 20, image::Rgba([0, 0, 0, 0]));
    pixels.write_to(&mut clear, image::ImageFormat::Gif).unwrap();
    page.drop_photo(&file("clear.gif", clear.get_ref())).await;
    page.wait_for_text("#photo-change", "Converted from GIF to PNG").await;
    page.screenshot("photo-converted").await;
    assert_eq!(Pixels::of_bytes(&sent(&page, &provider).await).at(0.5, 0.5)[3], 0);
    page.assert_quiet().await;
}

/// An animated PNG, as far as a decoder of still ones sees.
fn moving_png() -> Vec<u8> {
    let png = picture(Picture::Png, 48, 32);
    let control = png_chunk(b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]);
    [&png[..33], &control, &png[33..]].concat()
}

#[tokio::test]
async fn a_turned_photo_arrives_upright() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    // Orientation 6: to be turned to the right, so that what is left is on top.
    let turned = with_metadata(&picture(Picture::Jpeg, 48, 32), 6);
    page.drop_photo(&file("phone.jpg", &turned)).await;
    assert_eq!(page.text("#photo-change").await, "Turned upright");
    page.wait_for_text("#photo-facts", "32 × 48").await;
    let upright = sent(&page, &provider).await;
    let pixels = Pixels::of_bytes(&upright);
    assert_eq!(pixels.size(), (32, 48));
    let (top, bottom) = (pixels.at(0.5, 0.1), pixels.at(0.5, 0.9));
    assert!(near(top, BLUE) && near(bottom, ORANGE), "{top:?} over {bottom:?}");
    assert!(!holds(&upright, b"Exif") && !holds(&upright, GPS));
    page.assert_quiet().await;

    // And in a result: of the engine, which keeps the photo where the mask says so.
    let relay = Relay::without_key().start();
    page.open_studio(relay.url()).await;
    let photo = std::fs::read(sample("coffee")).unwrap();
    page.drop_photo(&file("turned.jpg", &with_metadata(&photo, 6))).await;
    let (_, result) = page.make().await;
    let (width, height) = result.size();
    assert!(width < height, "{width} × {height} is not upright");
    page.assert_quiet().await;
}

#[tokio::test]
async fn metadata_stay_at_home_unless_the_person_says_otherwise() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    let plain = picture(Picture::Jpeg, 48, 32);
    let (jpeg, turned) = (with_metadata(&plain, 1), with_metadata(&plain, 6));
    let png = picture(Picture::Png, 48, 32);
    let text = png_chunk(b"tEXt", &[b"Comment\0", GPS].concat());
    let png = [&png[..33], &text, &png[33..]].concat();
    let webp = still_webp(0x08, &[riff_chunk(b"EXIF", GPS)]);
    for (name, bytes) in [("gps.jpg", &jpeg), ("gps.png", &png), ("gps.webp", &webp)] {
        page.drop_photo(&file(name, bytes)).await;
        assert!(page.all("#photo-change").await.is_empty(), "{name} was drawn anew");
        let sent = sent(&page, &provider).await;
        assert!(!holds(&sent, GPS), "{name} still says where it was taken");
        assert_eq!(holds(&sent, PROFILE), name == "gps.jpg", "{name}");
        assert_two_colours(&sent, (48, 32));
        let left = image::load_from_memory(&sent).unwrap();
        assert!(left == image::load_from_memory(bytes).unwrap(), "the pixels of {name} changed");
    }

    // Off: what was chosen before goes as it was, and so does a reference.
    page.drop_photo(&file("phone.jpg", &turned)).await;
    page.wait_for_text("#photo-change", "upright").await;
    page.click("#clean").await;
    page.gone("#photo-change").await;
    page.screenshot("photo-metadata-kept").await;
    assert!(sent(&page, &provider).await == turned, "bytes have changed");
    page.choose_background("background-reference").await;
    page.pick_files("#ref_images", &[file("look.jpg", &jpeg)]).await;
    page.wait_for_text(".reference .photo", "look.jpg").await;
    page.send().await;
    let reference = async || {
        let json = provider.asked().pop().unwrap().json();
        BASE64_STANDARD.decode(json["ref_images"].as_str().unwrap()).unwrap()
    };
    assert!(reference().await == jpeg, "the reference's bytes have changed");
    // And on again.
    page.click("#clean").await;
    page.wait_for_text("#photo-change", "upright").await;
    page.send().await;
    page.until("the reference is without position", || async {
        if holds(&reference().await, GPS) {
            page.send().await;
            return None;
        }
        Some(())
    })
    .await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn over_the_limit_a_smaller_copy_is_offered() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    let large = noise("large.png", 2200, 2000);
    let bytes = std::fs::metadata(&large).unwrap().len();
    assert!(bytes > 12_000_000, "{bytes}");
    page.drop_photo(&large).await;
    page.wait_for_text(".smaller", "the limit here is 12.0 MB").await;
    let patience = Duration::from_secs(60);
    let label = page
        .until_within(patience, "a copy is offered", || async {
            page.all(".smaller button").await.first()?.text().await.ok()
        })
        .await;
    page.screenshot("photo-smaller-offered").await;
    // What is not taken is not forced.
    let (name, facts) = (page.text("fieldset .photo b").await, page.text("#photo-facts").await);
    assert!(name == "large.png" && facts.starts_with("2,200 × 2,000 · 13."), "{facts}");
    page.click(".smaller button").await;
    page.gone(".smaller").await;
    page.wait_for_text("#photo-change", "A smaller copy").await;
    assert_eq!(page.focused().await, "input#image.unseen");
    let facts = page.text("#photo-facts").await;
    let [pixels, size] = facts.split(" · ").collect::<Vec<_>>()[..] else { panic!("{facts}") };
    assert_eq!(label, format!("Use a smaller copy: {size}, {pixels}"));
    let sent = sent(&page, &provider).await;
    assert!(sent.len() <= 12_000_000, "{}", sent.len());
    let (width, height) = Pixels::of_bytes(&sent).size();
    assert_eq!(format!("{width} × {height}"), pixels.replace(',', ""));
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_hundred_megapixels_leave_the_page_at_work() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    let patience = Duration::from_secs(90);
    page.drop_files(".stage", &[vast("vast.png", 10_000, 10_000)]).await;
    // While it is read, and while the copy is made.
    page.retype("#prompt", "on a beach").await;
    assert_eq!(page.property("#prompt", "value").await, "on a beach");
    page.until_within(patience, "the photo is there", || async {
        let facts = page.all("#photo-facts").await.first()?.text().await.ok()?;
        facts.starts_with("10,000 × 10,000").then_some(())
    })
    .await;
    page.wait_for_text(".smaller", "100 megapixels; the limit here is 64").await;
    page.retype("#prompt", "in a forest").await;
    assert_eq!(page.property("#prompt", "value").await, "in a forest");
    page.until_within(patience, "a copy is offered", || async {
        page.all(".smaller button").await.into_iter().next()
    })
    .await;
    page.click(".smaller button").await;
    page.wait_for_text("#photo-facts", "8,000 × 8,000").await;
    // More than any browser can hold is told by the header alone.
    page.drop_files(".stage", &[vast("bomb.png", 60_000, 60_000)]).await;
    page.wait_for_text("#notice", "bomb.png has 3600 megapixels, too many").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn the_button_waits_for_a_photo_that_is_being_read() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    page.drop_photo(&sample("cat")).await;
    // Redrawn in a worker, which takes longer than the press of a key.
    let turned = with_metadata(&std::fs::read(enlarged("big.jpg", "coffee", 6)).unwrap(), 6);
    page.drop_files(".stage", &[file("late.jpg", &turned)]).await;
    page.click("#send").await;
    let sent = provider.wait_for_request(1).await.json();
    let sent = BASE64_STANDARD.decode(sent["image"].as_str().unwrap()).unwrap();
    assert_eq!(Pixels::of_bytes(&sent).size(), (2400, 3600), "the photo before it was sent");
    page.photo_is("late.jpg").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_picture_by_address_is_shown_where_it_can_be() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    // The page's own pictures are ones that it may show.
    let address = format!("{}/samples/cat.jpg", relay.url());
    page.type_into("#photo-address", &address).await;
    page.press("enter").await;
    page.photo_is("cat.jpg").await;
    page.wait_for_text("#photo-facts", " × ").await;
    assert!(page.all("#notice").await.is_empty());
    page.send().await;
    assert_eq!(provider.wait_for_request(1).await.json()["image"], address);

    page.choose_background("background-reference").await;
    page.type_into("#reference-address", "https://127.0.0.1:9/look.png").await;
    page.press("enter").await;
    page.wait_for_text(".reference .photo", "look.png").await;
    page.wait_for_text("#notice", "look.png cannot be shown. It may still be sent").await;
    page.send().await;
    let sent = provider.wait_for_request(2).await.json();
    assert_eq!(sent["ref_images"], "https://127.0.0.1:9/look.png");
    page.assert_quiet_but_for(&["net::ERR_"]).await;
}
