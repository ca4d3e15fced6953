//! The studio on a server of mere files: nobody takes requests, and this device makes the picture.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as the tests themselves do")]

use backdrop_engine::{Backdrop, Engine, Job};
use journeys::{Browser, FOLDER, Fault, Pixels, STRICT, Site, sample};
use std::path::{Path, PathBuf};

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

#[tokio::test]
async fn it_is_stopped_and_the_next_one_works() {
    let site = files().await;
    let page = open(&site, &sample("coffee")).await;
    page.choose_colour("#cfe3d0").await;
    page.click("#send").await;
    page.wait_for_text("#send", "Working").await;
    page.click("#cancel").await;
    page.gone("#cancel").await;
    page.wait_for_text("#status", "Stopped").await;
    assert!(page.all("#failure").await.is_empty());
    page.make().await;
    page.assert_quiet_but_for(NOT_THERE).await;
}

#[tokio::test]
async fn weights_that_are_not_the_right_ones_are_refused_by_name() {
    let site = files().await;
    let page = open(&site, &sample("coffee")).await;
    page.choose_colour("#cfe3d0").await;
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
    page.make().await;
}

#[tokio::test]
async fn two_elements_share_a_worker() {
    let site = files().await;
    site.page(
        "/",
        "<backdrop-studio id=one></backdrop-studio><backdrop-studio id=two></backdrop-studio>",
    );
    let mut page = Browser::start().await;
    page.open_studio(site.origin()).await;
    for id in ["#one", "#two"] {
        page.within(id);
        page.drop_photo(&sample("coffee")).await;
        page.choose_colour("#cfe3d0").await;
        page.click("#send").await;
    }
    for id in ["#one", "#two"] {
        page.within(id);
        page.wait_for_text("#made-by", "Made on this machine").await;
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

#[tokio::test]
async fn a_page_that_forbids_workers_says_so() {
    let site = files().await;
    site.policy(&policy().replace("script-src", "worker-src 'none'; script-src"));
    let page = open(&site, &sample("coffee")).await;
    page.choose_colour("#cfe3d0").await;
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
    page.assert_quiet().await;
    let log = relay.log();
    assert!(!log.contains("bria-replace-background"), "{log}");
}
