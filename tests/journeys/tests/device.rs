//! The studio on a server of mere files: nobody takes requests, and this device makes the picture.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as the tests themselves do")]

use backdrop_engine::{Backdrop, Engine, Job};
use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb, RgbImage};
use journeys::{
    Browser, FOLDER, Fault, Kind, Pixels, STRICT, Site, far, file, in_each_browser, near,
    riff_chunk, sample, vast,
};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Duration;

const TAG: &str = "<backdrop-studio></backdrop-studio>";

/// What a browser itself logs where a server has no such address.
const NOT_THERE: &[&str] = &["status of 404"];

/// As [`STRICT`], with the one policy that a page with Trusted Types allows for workers.
fn policy() -> String {
    STRICT.replace("trusted-types 'none'", "trusted-types backdrop")
}

async fn files() -> Site {
    let site = Site::start(TAG).await;
    site.policy(&policy());
    site
}

async fn open(site: &Site, photo: &Path) -> Browser {
    let page = Browser::with_photo(site.origin(), photo).await;
    assert_eq!(page.destination().await, "On this machine");
    assert_eq!(page.text("#promise").await, "Runs on this machine · nothing is uploaded");
    page
}

/// A sample as a PNG file, which every decoder reads alike.
fn exact(name: &str) -> PathBuf {
    let bytes = std::fs::read(sample(name)).unwrap();
    let folder = tempfile::TempDir::new().unwrap().keep();
    let path = folder.join(format!("{name}.png"));
    let picture = image::load_from_memory(&bytes).unwrap().to_rgb8();
    picture.save(&path).unwrap();
    path
}

fn natively(photo: &Path, backdrop: Backdrop<'_>) -> Pixels {
    let weights = include_bytes!("../../../crates/engine/weights/u2netp.bin");
    let engine = Engine::load_portable(weights).unwrap();
    let photo = std::fs::read(photo).unwrap();
    let job = Job {
        photo: &photo,
        backdrop,
        seed: 1234,
        original_quality: false,
        force_background_detection: false,
        fast: false,
        format: None,
    };
    Pixels::of_bytes(&engine.answer(&job).unwrap().bytes)
}

#[tokio::test]
async fn a_photo_goes_in_and_the_same_picture_comes_out_as_natively() {
    let site = files().await;
    let photo = exact("coffee");
    let page = open(&site, &photo).await;
    page.choose_colour("#ff5733").await;
    let (file, result) = page.make().await;
    page.wait_for_text("#made-by", "Made on this machine").await;
    page.screenshot("device-colour").await;
    assert_eq!(file.file_name().unwrap(), "coffee-backdrop.png");
    assert!(result == natively(&photo, Backdrop::Colour([0xff, 0x57, 0x33])));

    page.click(".swatch[aria-label=Transparent]").await;
    let (_, result) = page.make().await;
    page.screenshot("device-transparent").await;
    assert!(result == natively(&photo, Backdrop::Transparent));

    page.choose_background("background-describe").await;
    page.retype("#prompt", "On a marble counter by a window").await;
    let (file, _) = page.make().await;
    assert_eq!(file.file_name().unwrap(), "coffee-backdrop.jpg");
    page.wait_for_text("#made-by", "“marble counter”").await;
    page.screenshot("device-words").await;

    page.retype("#prompt", "The background, blurred").await;
    page.make().await;
    page.wait_for_text("#made-by", "“blurred original”").await;
    page.screenshot("device-blurred").await;

    assert!(site.posted().is_empty(), "something was sent");
    // The program in two, and the engine.
    assert_eq!((site.asked(".bin"), site.asked(".wasm")), (1, 3));
    page.assert_quiet_but_for(NOT_THERE).await;
}

#[tokio::test]
async fn once_it_is_there_it_works_without_a_network() {
    let site = files().await;
    let page = open(&site, &sample("cat")).await;
    page.choose_colour("#cfe3d0").await;
    page.make().await;
    page.offline(true).await;
    page.drop_photo(&sample("coffee")).await;
    let (_, result) = page.make().await;
    assert_eq!(result.size(), (600, 400));
    // A new worker finds the weights in the browser's cache, too.
    page.offline(false).await;
    page.reload().await;
    page.shown("#send").await;
    page.drop_photo(&sample("coffee")).await;
    page.make().await;
    assert_eq!(site.asked(".bin"), 1);
}

in_each_browser!(
    it_is_stopped_and_the_next_one_works;
    but_webkit: weights_that_are_not_the_right_ones_are_refused_by_name, two_elements_share_a_worker,
        a_page_that_forbids_workers_says_so
);

/// A browser of any kind with the studio and a photo.
async fn open_in(kind: Kind, site: &Site, photo: &Path) -> Browser {
    let page = Browser::start_as(kind).await;
    page.open_studio(site.origin()).await;
    page.drop_photo(photo).await;
    page
}

/// The swatch `#cfe3d0`: not every driver types into the field.
async fn choose_sage(page: &Browser) {
    page.choose_background("background-colour").await;
    page.click(".swatch[aria-label=Sage]").await;
}

/// Sends and waits for a result; the first one brings the engine along.
async fn made(page: &Browser) {
    let before = page.all(".strip li").await.len();
    page.click("#send").await;
    page.until_within(Duration::from_secs(60), "a result is there", || async {
        (page.all(".strip li").await.len() > before && !page.is_busy().await).then_some(())
    })
    .await;
    page.wait_for_text("#made-by", "Made on this machine").await;
}

async fn it_is_stopped_and_the_next_one_works(kind: Kind) {
    let site = files().await;
    let page = open_in(kind, &site, &sample("coffee")).await;
    choose_sage(&page).await;
    page.click("#send").await;
    page.wait_for_text("#send", "Working").await;
    page.click("#cancel").await;
    page.gone("#cancel").await;
    page.wait_for_text("#status", "Stopped").await;
    assert!(page.all("#failure").await.is_empty());
    made(&page).await;
    page.assert_quiet_but_for(NOT_THERE).await;
}

async fn weights_that_are_not_the_right_ones_are_refused_by_name(kind: Kind) {
    let site = files().await;
    let page = open_in(kind, &site, &sample("coffee")).await;
    choose_sage(&page).await;
    for (fault, why) in [
        (Fault::Changed, "is not the file that was meant"),
        (Fault::CutOff, "The engine could not start"),
        (Fault::Missing, "404 for"),
    ] {
        site.fault(".bin", fault);
        let says = page.send_in_vain(why).await;
        assert!(says.contains("This device cannot make the picture by itself"), "{says}");
        assert!(why.starts_with("The engine") || says.contains("u2netp-"), "{says}");
        site.heal();
    }
    page.screenshot("device-weights-refused").await;
    made(&page).await;
}

async fn two_elements_share_a_worker(kind: Kind) {
    let site = files().await;
    let mut page = Browser::with_two(&site, kind).await;
    for id in ["#one", "#two"] {
        page.within(id);
        page.drop_photo(&sample("coffee")).await;
        choose_sage(&page).await;
        page.click("#send").await;
    }
    for id in ["#one", "#two"] {
        page.within(id);
        page.until_within(Duration::from_secs(60), "a result is there", || async {
            page.all("#made-by").await.into_iter().next()
        })
        .await;
    }
    assert_eq!((site.asked(".bin"), site.asked_for_engine()), (1, 1));
}

#[tokio::test]
async fn it_works_in_an_embed_from_another_origin() {
    let there = Site::start("").await;
    there.allow_others();
    let site = files().await;
    site.page_with("/", TAG, &format!("{}{FOLDER}backdrop-studio.js", there.origin()));
    site.policy(
        &policy().replace(
            "script-src",
            &format!("worker-src 'self' blob:; script-src {}", there.origin()),
        ),
    );
    let page = open(&site, &sample("coffee")).await;
    page.choose_colour("#cfe3d0").await;
    page.make().await;
    page.assert_quiet_but_for(NOT_THERE).await;
}

async fn a_page_that_forbids_workers_says_so(kind: Kind) {
    let site = files().await;
    site.policy(&policy().replace("script-src", "worker-src 'none'; script-src"));
    let page = open_in(kind, &site, &sample("coffee")).await;
    choose_sage(&page).await;
    page.send_in_vain("The engine’s worker could not start").await;
}

#[tokio::test]
async fn this_device_can_be_chosen_and_left() {
    let relay = journeys::Relay::without_key().start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    page.click("#connection").await;
    page.click("#connect-device").await;
    page.click("#connect-save").await;
    page.gone("#connect").await;
    page.choose_colour("#cfe3d0").await;
    page.make().await;
    page.wait_for_text("#made-by", "Made on this machine").await;
    page.assert_quiet_but_for(NOT_THERE).await;
    let log = relay.log();
    assert!(!log.contains("bria-replace-background"), "{log}");
}

#[tokio::test]
async fn a_browser_without_vectors_is_told_so() {
    let site = files().await;
    // As on a processor that has none.
    let page = Browser::start_with(Kind::Chromium, &["--js-flags=--no-enable-sse4-1"]).await;
    page.open_studio(site.origin()).await;
    page.drop_photo(&sample("coffee")).await;
    choose_sage(&page).await;
    page.send_in_vain("lacks WebAssembly’s vector instructions (simd128)").await;
    page.screenshot("device-no-vectors").await;
    page.click("#cut-out").await;
    page.wait_for_text("#notice", "lacks WebAssembly’s vector instructions (simd128)").await;
    page.gone("#cut-canvas").await;
    // Nothing of the engine was fetched for it.
    assert_eq!((site.asked(".bin"), site.asked_for_engine()), (0, 0));
    page.assert_quiet_but_for(NOT_THERE).await;
}

/// A red disc on a blue ground, of 16 bits a channel.
fn deep() -> Vec<u8> {
    let disc = |x: u32, y: u32| {
        let (dx, dy) = (x as f32 - 160.0, y as f32 - 120.0);
        match dx.hypot(dy) < 70.0 {
            true => Rgb([52_000_u16, 7_000, 9_000]),
            false => Rgb([9_000_u16, 15_000, 42_000]),
        }
    };
    let picture = ImageBuffer::from_fn(320, 240, disc);
    png(&picture.into())
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn odd_files_get_a_picture_or_a_clear_refusal() {
    let site = files().await;
    let page = Browser::start().await;
    page.open_studio(site.origin()).await;
    let sage = [0xcf, 0xe3, 0xd0, 255];

    // A picture each.
    let cmyk = include_bytes!("../../../crates/engine/tests/data/astronaut_cmyk.jpg").to_vec();
    let film = animated_webp();
    for (name, bytes) in [("deep.png", deep()), ("cmyk.jpg", cmyk), ("film.webp", film)] {
        page.drop_photo(&file(name, &bytes)).await;
        choose_sage(&page).await;
        made(&page).await;
        let (_, picture) = page.download().await;
        assert!(near(picture.corners()[1], sage), "{name}: {:?}", picture.corners());
        assert!(far(picture.at(0.4, 0.6), sage), "{name}");
    }

    // One pixel, in which nothing stands out.
    let dot = png(&RgbImage::from_pixel(1, 1, Rgb([200, 10, 10])).into());
    page.drop_photo(&file("dot.png", &dot)).await;
    page.send_in_vain("no subject stands out").await;

    // Half a file does not get as far.
    let coffee = std::fs::read(sample("coffee")).unwrap();
    page.drop_files(".stage", &[file("half.jpg", &coffee[..coffee.len() / 2])]).await;
    page.wait_for_text("#notice", "half.jpg").await;
    page.wait_for_text("#notice", "damaged JPEG").await;

    // A hundred megapixels are refused in words, and a copy is offered.
    page.drop_files(".stage", &[vast("vast.png", 10_000, 10_000)]).await;
    page.until_within(Duration::from_secs(90), "its size is told", || async {
        let facts = page.all("#photo-facts").await.first()?.text().await.ok()?;
        facts.starts_with("10,000 × 10,000").then_some(())
    })
    .await;
    page.wait_for_text(".smaller", "100 megapixels; the limit here is 64").await;
    page.send_in_vain("at most 64").await;
    page.assert_quiet_but_for(NOT_THERE).await;
}

/// A moving WEBP of two frames, the first of them the astronaut's.
fn animated_webp() -> Vec<u8> {
    let still = {
        let bytes = include_bytes!("../../../crates/engine/tests/data/astronaut.png");
        let mut webp = Cursor::new(Vec::new());
        let picture = image::load_from_memory(bytes).unwrap().to_rgba8();
        DynamicImage::from(picture).write_to(&mut webp, ImageFormat::WebP).unwrap();
        webp.into_inner()
    };
    // After RIFF, its size and WEBP: one chunk, which each frame holds.
    let (three, side) = (|number: u32| number.to_le_bytes()[..3].to_vec(), 320 - 1);
    let frame = |delay: u32| {
        let head = [three(0), three(0), three(side), three(side), three(delay), vec![0]].concat();
        riff_chunk(b"ANMF", &[&head[..], &still[12..]].concat())
    };
    let extended = [vec![0x12, 0, 0, 0], three(side), three(side)].concat();
    let content =
        [riff_chunk(b"VP8X", &extended), riff_chunk(b"ANIM", &[0; 6]), frame(100), frame(100)]
            .concat();
    riff_chunk(b"RIFF", &[&b"WEBP"[..], &content].concat())
}
