//! The finer network on this device: asked about first, fetched once, kept until it is removed, and never
//! in the quick one's way. Its file is a made-up one; see `journeys::weights`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests fail as they should, and say what they passed over"
)]

use crate::accessibility::{WIDE, look};
use backdrop_engine::{Backdrop, Engine, Job};
use journeys::{
    Browser, FOLDER, Fault, Kind, Pixels, Relay, STRICT, Site, Surroundings, Weights,
    in_each_browser, sample, weights,
};
use std::time::Duration;

const TAG: &str = "<backdrop-studio></backdrop-studio>";

/// What a browser itself logs where a server has no such address.
const NOT_THERE: &[&str] = &["status of 404"];

/// A site of mere files, the finer network among them.
async fn site(weights: &Weights) -> Site {
    let site = Site::start_with(&weights.site(), TAG).await;
    site.policy(&STRICT.replace("trusted-types 'none'", "trusted-types backdrop"));
    site
}

async fn open(kind: Kind, url: &str) -> Browser {
    let page = Browser::start_as(kind).await;
    page.open_studio(url).await;
    with_photo(&page).await;
    page
}

async fn with_photo(page: &Browser) {
    page.drop_photo(&sample("coffee")).await;
    page.choose_background("background-colour").await;
    page.click(".swatch[aria-label=Sage]").await;
    // One look in place of two.
    if page.property("#fast", "checked").await != "true" {
        page.click("#fast").await;
    }
}

/// Sends, and waits for a result that this network made.
async fn made_by(page: &Browser, network: &str) {
    let before = page.all(".strip li").await.len();
    page.click("#send").await;
    page.until_within(Duration::from_secs(120), "a result is there", || async {
        (page.all(".strip li").await.len() > before && !page.is_busy().await).then_some(())
    })
    .await;
    let told = format!("Network: {network}");
    page.until(&format!("it says `{told}`"), || async {
        let says = page.ask_studio("return studio.shadowRoot.querySelector('.told')?.textContent");
        says.await.as_str()?.ends_with(&told).then_some(())
    })
    .await;
}

/// Says yes, and waits until the file is here.
async fn bring(page: &Browser) {
    page.click("#finer").await;
    page.click("#finer-yes").await;
    here(page).await;
}

async fn here(page: &Browser) {
    page.until_within(Duration::from_secs(60), "the file is here", || async {
        (page.all("#finer-remove").await.len() == 1).then_some(())
    })
    .await;
    assert_eq!(page.property("#finer", "checked").await, "true");
}

/// Waits until about half of it has come.
async fn half(page: &Browser) {
    page.wait_for_text(".finer", " of 44.1 MB").await;
    page.until("half of it has come", || async {
        let bar = page.all(".finer progress").await;
        let done = bar.first()?.attr("value").await.ok()??;
        matches!(done.as_str(), "48" | "49" | "50").then_some(())
    })
    .await;
}

/// Whether this browser keeps the file.
async fn is_kept(page: &Browser, weights: &Weights) -> bool {
    let script = "
        return caches.open('backdrop-engine').then((cache) => cache.keys()).then((all) =>
            all.some(({ url }) => url.endsWith(arguments[0])))";
    page.run(script, vec![weights.name().into()]).await == true
}

in_each_browser!(
    it_asks_first_and_then_makes_the_picture,
    a_download_can_be_stopped;
    but_webkit: what_goes_wrong_is_said_and_the_quick_one_goes_on, two_elements_see_the_same,
        the_real_one_makes_a_finer_picture
);

async fn it_asks_first_and_then_makes_the_picture(kind: Kind) {
    let weights = weights().beside();
    let site = site(&weights).await;
    let page = open(kind, site.origin()).await;
    page.wait_for_text("#finer-help", "you are asked first").await;
    made_by(&page, "u2netp").await;

    // No is an answer.
    page.click("#finer").await;
    page.wait_for_text("#finer-ask", "44 MB from 127.0.0.1").await;
    page.press("escape").await;
    page.gone("#finer-yes").await;
    assert_eq!(page.property("#finer", "checked").await, "false");
    assert_eq!(site.asked(weights.name()), 0, "it was fetched unasked");

    bring(&page).await;
    page.wait_for_text("#status", "The finer cut-out is here").await;
    assert_eq!(site.asked(weights.name()), 1);
    made_by(&page, "u2net").await;

    // Back, and there again: nothing comes anew.
    page.click("#finer").await;
    made_by(&page, "u2netp").await;
    page.click("#finer").await;
    made_by(&page, "u2net").await;

    // On another visit, too.
    page.reload().await;
    page.shown("#send").await;
    with_photo(&page).await;
    if kind == Kind::WebKit {
        // Its driver's windows leave no traces, as a private one.
        page.wait_for_text("#finer-why", "has cleared the finer cut-out away").await;
        made_by(&page, "u2netp").await;
        assert_eq!(site.asked(weights.name()), 1);
        return;
    }
    here(&page).await;
    made_by(&page, "u2net").await;
    assert_eq!((site.asked(weights.name()), site.asked(".bin")), (1, 2));

    page.click("#finer-remove").await;
    page.wait_for_text("#finer-help", "you are asked first").await;
    page.wait_for_text("#status", "removed").await;
    assert!(!is_kept(&page, &weights).await);
    made_by(&page, "u2netp").await;
    assert_eq!((site.asked(weights.name()), site.asked(".bin")), (1, 2));
    assert!(site.posted().is_empty(), "something was sent");
    if kind == Kind::Chromium {
        page.assert_quiet_but_for(NOT_THERE).await;
    }
}

async fn a_download_can_be_stopped(kind: Kind) {
    let weights = weights().beside();
    let site = site(&weights).await;
    let page = open(kind, site.origin()).await;
    site.fault(weights.name(), Fault::Hangs);
    page.click("#finer").await;
    page.click("#finer-yes").await;
    half(&page).await;
    page.screenshot(&format!("finer-coming-{kind:?}")).await;
    // Meanwhile the quick one works.
    made_by(&page, "u2netp").await;
    page.click("#finer-stop").await;
    page.gone(".finer progress").await;
    assert!(page.has_focus("#finer").await, "the focus is on {}", page.focused().await);
    assert!(!is_kept(&page, &weights).await);
    site.heal();
    bring(&page).await;
    made_by(&page, "u2net").await;
}

async fn what_goes_wrong_is_said_and_the_quick_one_goes_on(kind: Kind) {
    let weights = weights().beside();
    let site = site(&weights).await;
    let page = open(kind, site.origin()).await;
    page.shown("#finer").await;
    for (fault, says) in [
        (Fault::Changed, "not the file that was meant"),
        (Fault::FrontPage, "not the file that was meant"),
        (Fault::CutOff, "The download broke off"),
        (Fault::Missing, "does not have the file any more"),
    ] {
        site.fault(weights.name(), fault);
        page.click("#finer").await;
        page.click("#finer-yes").await;
        page.wait_for_text("#finer-why", says).await;
        assert_eq!(page.property("#finer", "checked").await, "false");
        assert!(!is_kept(&page, &weights).await);
        page.photo_is("coffee.jpg").await;
        site.heal();
    }
    page.screenshot(&format!("finer-missing-{kind:?}")).await;
    made_by(&page, "u2netp").await;
    // Once all is well it comes.
    bring(&page).await;
    assert_eq!(page.text("#finer-why").await, "");
    made_by(&page, "u2net").await;
}

async fn two_elements_see_the_same(kind: Kind) {
    let weights = weights().beside();
    let site = site(&weights).await;
    let mut page = Browser::with_two(&site, kind).await;
    for id in ["#one", "#two"] {
        page.within(id);
        page.drop_photo(&sample("coffee")).await;
    }
    page.within("#one");
    bring(&page).await;
    page.within("#two");
    here(&page).await;
    page.click("#send").await;
    page.until_within(Duration::from_secs(120), "a result is there", || async {
        page.all("#made-by").await.into_iter().next()
    })
    .await;
    page.click("#finer-remove").await;
    page.within("#one");
    page.gone("#finer-remove").await;
    assert_eq!(page.property("#finer", "checked").await, "false");
    // The finer network's alone, as nobody asked for a quick picture.
    assert_eq!((site.asked(weights.name()), site.asked(".bin")), (1, 1));
}

#[tokio::test]
async fn the_picture_is_the_networks_own() {
    let weights = weights().beside();
    let site = site(&weights).await;
    let photo = {
        let path = weights.site().join("coffee.png");
        image::open(sample("coffee")).unwrap().to_rgb8().save(&path).unwrap();
        path
    };
    let page = Browser::with_photo(site.origin(), &photo).await;
    bring(&page).await;
    page.choose_colour("#ff5733").await;
    page.click("#send").await;
    page.until_within(Duration::from_secs(120), "a result is there", || async {
        (page.all(".strip li").await.len() == 1 && !page.is_busy().await).then_some(())
    })
    .await;
    let (_, result) = page.download().await;
    let engine = Engine::load_portable(&std::fs::read(weights.file()).unwrap()).unwrap();
    let job = Job {
        photo: &std::fs::read(&photo).unwrap(),
        backdrop: Backdrop::Colour([0xff, 0x57, 0x33]),
        seed: 1234,
        original_quality: false,
        force_background_detection: false,
        fast: false,
        format: None,
    };
    assert!(result == Pixels::of_bytes(&engine.answer(&job).unwrap().bytes));
}

/// With the real file, which `BACKDROP_HD` names.
async fn the_real_one_makes_a_finer_picture(kind: Kind) {
    let Ok(file) = std::env::var("BACKDROP_HD") else {
        println!("not looked at: BACKDROP_HD names no weights");
        return;
    };
    let relay = Relay::without_key().arg("--weights").arg(file).start();
    let page = Browser::start_as(kind).await;
    page.open_studio(relay.url()).await;
    page.click("#connection").await;
    page.click("#connect-device").await;
    page.click("#connect-save").await;
    page.gone("#connect").await;
    page.drop_photo(&sample("cat")).await;
    page.choose_background("background-colour").await;
    page.click(".swatch[aria-label=Sage]").await;
    for network in ["u2netp", "u2net"] {
        if network == "u2net" {
            bring(&page).await;
        }
        made_by(&page, network).await;
        page.click("#compare").await;
        page.screenshot(&format!("finer-{network}-{kind:?}")).await;
        page.click("#compare").await;
        println!("{kind:?}, {network}: {}", page.text("#facts").await);
    }
}

#[tokio::test]
async fn where_there_is_no_such_file_there_is_no_choice() {
    let weights = weights();
    let site = site(&weights).await;
    // Also not where each address is answered with the front page.
    for fault in [None, Some(Fault::FrontPage)] {
        if let Some(fault) = fault {
            site.fault(weights.name(), fault);
        }
        let page = open(Kind::Chromium, site.origin()).await;
        made_by(&page, "u2netp").await;
        assert!(page.all("#finer").await.is_empty());
        page.assert_quiet_but_for(NOT_THERE).await;
    }
    assert_eq!(site.asked(weights.name()), 0);
}

/// Through the relay, which finds the file where it is told, and without it afterwards.
#[tokio::test]
async fn a_relay_has_it_and_then_it_works_without_a_network() {
    let weights = weights();
    let relay = Relay::without_key().site(weights.site()).arg("--weights");
    let relay = relay.arg(weights.file().to_str().unwrap()).start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.until("the page is kept", || async {
        let script = "return Boolean(navigator.serviceWorker.controller)";
        page.run(script, vec![]).await.as_bool().filter(|kept| *kept)
    })
    .await;
    assert!(!is_kept(&page, &weights).await, "it was kept unasked");
    page.click("#connection").await;
    page.click("#connect-device").await;
    page.click("#connect-save").await;
    page.gone("#connect").await;
    with_photo(&page).await;
    bring(&page).await;
    made_by(&page, "u2net").await;

    let url = relay.url().to_owned();
    drop(relay);
    page.open_studio(&url).await;
    assert_eq!(page.destination().await, "On this machine");
    with_photo(&page).await;
    here(&page).await;
    made_by(&page, "u2net").await;
}

#[tokio::test]
async fn it_comes_to_an_embed_from_the_origin_of_the_other_files() {
    let weights = weights().beside();
    let there = Site::start_with(&weights.site(), "").await;
    there.allow_others();
    let site = site(&weights).await;
    site.page_with("/", TAG, &format!("{}{FOLDER}backdrop-studio.js", there.origin()));
    let policy = STRICT.replace("trusted-types 'none'", "trusted-types backdrop");
    let scripts = format!("worker-src 'self' blob:; script-src {}", there.origin());
    site.policy(&policy.replace("script-src", &scripts));
    let page = open(Kind::Chromium, site.origin()).await;
    page.click("#finer").await;
    let host = there.origin().trim_start_matches("http://");
    page.wait_for_text("#finer-ask", &format!("44 MB from {host}.")).await;
    page.click("#finer-yes").await;
    here(&page).await;
    made_by(&page, "u2net").await;
    assert_eq!((there.asked(weights.name()), site.asked(weights.name())), (1, 0));
    page.assert_quiet_but_for(NOT_THERE).await;
}

/// What this browser cleared away is not fetched again unasked.
#[tokio::test]
async fn what_was_cleared_or_spoilt_is_said_and_asked_about_again() {
    let weights = weights().beside();
    let site = site(&weights).await;
    let page = open(Kind::Chromium, site.origin()).await;
    bring(&page).await;
    let spoil = "
        return caches.open('backdrop-engine').then(async (cache) => {
            const all = await cache.keys();
            const { url } = all.find(({ url }) => url.endsWith(arguments[0]));
            await cache.put(url, new Response('something else'));
            return true;
        })";
    page.run(spoil, vec![weights.name().into()]).await;
    made_by(&page, "u2netp").await;
    page.wait_for_text("#finer-why", "has cleared the finer cut-out away").await;
    assert!(!is_kept(&page, &weights).await);

    bring(&page).await;
    page.run("return caches.delete('backdrop-engine')", vec![]).await;
    page.reload().await;
    page.shown("#send").await;
    with_photo(&page).await;
    page.wait_for_text("#finer-why", "has cleared the finer cut-out away").await;
    made_by(&page, "u2netp").await;
    assert_eq!(site.asked(weights.name()), 2);
}

/// A device with too little memory for it.
#[tokio::test]
async fn where_memory_lacks_the_quick_one_is_offered() {
    let weights = weights().beside();
    let site = site(&weights).await;
    // In pages of 64 KiB.
    let page = Browser::start_with(Kind::Chromium, &["--js-flags=--wasm-max-mem-pages=2300"]).await;
    page.open_studio(site.origin()).await;
    with_photo(&page).await;
    made_by(&page, "u2netp").await;
    bring(&page).await;
    page.send_in_vain("perhaps for want of memory").await;
    page.screenshot("finer-no-memory").await;
    page.click("#send-quick").await;
    page.until_within(Duration::from_secs(60), "a result is there", || async {
        (page.all(".strip li").await.len() == 2 && !page.is_busy().await).then_some(())
    })
    .await;
    assert_eq!(page.property("#finer", "checked").await, "false");
    assert!(is_kept(&page, &weights).await);
}

#[tokio::test]
async fn the_keyboard_alone_brings_it_and_removes_it() {
    let weights = weights().beside();
    let site = site(&weights).await;
    let page = open(Kind::Chromium, site.origin()).await;
    page.listen().await;
    page.tab_to("#finer").await;
    page.press("space").await;
    page.shown("#finer-yes").await;
    page.tab_to("#finer-yes").await;
    page.press("enter").await;
    here(&page).await;
    page.until("the switch has the focus", || async {
        page.has_focus("#finer").await.then_some(())
    })
    .await;
    page.press("space").await;
    assert_eq!(page.property("#finer", "checked").await, "false");
    page.press("space").await;
    assert_eq!(page.property("#finer", "checked").await, "true");
    page.tab_to("#finer-remove").await;
    page.press("enter").await;
    page.gone("#finer-remove").await;
    assert!(page.has_focus("#finer").await, "the focus is on {}", page.focused().await);
    let heard = page.heard().await;
    for says in ["The finer cut-out is here", "The 44 MB are removed"] {
        assert!(heard.iter().any(|one| one.contains(says)), "{says} is not in {heard:?}");
    }
}

#[tokio::test]
async fn each_state_is_accessible() {
    let weights = weights().beside();
    for (name, size, dark) in
        [("light", (1440, 900), false), ("dark", (1440, 900), true), ("narrow", (320, 640), false)]
    {
        let site = Site::of_folder(&weights.site()).await;
        let page = Browser::start().await;
        page.viewport(size.0, size.1).await;
        page.surroundings(Surroundings { dark, ..WIDE.surroundings }).await;
        page.open_studio(site.origin()).await;
        page.drop_photo(&sample("coffee")).await;
        let state = |state: &str| format!("finer-{state}-{name}");
        page.shown("#finer").await;
        look(&page, &state("offered")).await;
        page.click("#finer").await;
        page.shown("#finer-yes").await;
        look(&page, &state("asking")).await;
        site.fault(weights.name(), Fault::Hangs);
        page.click("#finer-yes").await;
        half(&page).await;
        look(&page, &state("coming")).await;
        page.click("#finer-stop").await;
        site.heal();
        site.fault(weights.name(), Fault::CutOff);
        page.click("#finer").await;
        page.click("#finer-yes").await;
        page.wait_for_text("#finer-why", "broke off").await;
        look(&page, &state("broken-off")).await;
        site.heal();
        bring(&page).await;
        look(&page, &state("here")).await;
    }
}
