//! Looking closely, several pictures at once, what is seen while one is made, and ways to start.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Answer, Browser, Provider, Relay, sample};
use serde_json::json;
use std::time::Duration;

const PICTURE: Answer = Answer::Picture { width: 2400, height: 1600, colour: [240, 190, 120] };

/// The studio with a photo, before a provider that plays.
async fn with_provider() -> (Provider, Relay, Browser) {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    (provider, relay, page)
}

/// What the picture's frame says of itself, such as `--zoom`.
async fn seen(page: &Browser, name: &str) -> i64 {
    let script = format!(
        "return Number(studio.shadowRoot.querySelector('.pair').style.getPropertyValue('{name}'))"
    );
    page.ask_studio(&script).await.as_f64().unwrap_or_default() as i64
}

#[tokio::test]
async fn a_picture_is_looked_at_closely() {
    let (provider, _relay, page) = with_provider().await;
    provider.answers(PICTURE);
    page.send().await;
    page.until("it is known how large it is drawn", || async {
        (page.text("#zoom").await != "0 %").then_some(())
    })
    .await;
    assert_eq!(seen(&page, "--zoom").await, 1000);

    // By buttons.
    page.click("#actual").await;
    page.wait_for_text("#zoom", "100 %").await;
    let width = "return studio.shadowRoot.querySelector('#result').getBoundingClientRect().width";
    let width = page.ask_studio(width).await.as_f64().unwrap();
    assert!((width - 2400.0).abs() < 4.0, "1:1 is {width} pixels wide");
    // By keys, while the focus is there: they move it, and not beyond its edge.
    for _ in 0..40 {
        page.press("right").await;
    }
    let edge = seen(&page, "--x").await;
    let script = "
        const [frame, image] = ['.pair', '#result'].map((css) =>
            studio.shadowRoot.querySelector(css).getBoundingClientRect());
        return Math.abs(image.right - frame.right);";
    assert!(page.ask_studio(script).await.as_f64().unwrap() < 2.0, "moved to {edge}");
    page.press("0").await;
    assert_eq!(seen(&page, "--zoom").await, 1000);
    page.press("=").await;
    assert_eq!(seen(&page, "--zoom").await, 1500);

    // By the mouse: it is dragged, and the slider stays where it is.
    let (x, y) = page.middle_of(".pair").await;
    let mouse = |kind: &'static str, x: f64, y: f64, held: u32| {
        let held = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": held, "clickCount": 1 });
        page.cdp("Input.dispatchMouseEvent", held)
    };
    let before = seen(&page, "--x").await;
    mouse("mousePressed", x + 90.0, y + 90.0, 1).await;
    mouse("mouseMoved", x + 50.0, y + 90.0, 1).await;
    mouse("mouseReleased", x + 50.0, y + 90.0, 0).await;
    assert_eq!(seen(&page, "--x").await, before - 40);
    assert_eq!(page.property("#compare", "value").await, "50");
    // The slider's handle moves the slider.
    mouse("mousePressed", x, y, 1).await;
    mouse("mouseMoved", x + 100.0, y, 1).await;
    mouse("mouseReleased", x + 100.0, y, 0).await;
    let moved: i64 = page.property("#compare", "value").await.parse().unwrap();
    assert!(moved > 55, "the slider is at {moved}");
    // The wheel.
    let wheel = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": -100 });
    page.cdp("Input.dispatchMouseEvent", wheel).await;
    page.until("the wheel zooms", || async { (seen(&page, "--zoom").await == 1800).then_some(()) })
        .await;
    page.click("#fit").await;

    // The original, as long as it is held.
    let split = || {
        page.ask_studio(
            "return studio.shadowRoot.querySelector('.pair').style.getPropertyValue('--split')",
        )
    };
    page.ask_studio("studio.shadowRoot.querySelector('#compare').focus()").await;
    let key = |kind: &'static str| {
        page.cdp("Input.dispatchKeyEvent", json!({ "type": kind, "key": "o", "text": "o", "code": "KeyO", "windowsVirtualKeyCode": 79 }))
    };
    key("keyDown").await;
    assert_eq!(split().await, "100%");
    page.screenshot("original-held").await;
    key("keyUp").await;
    assert_ne!(split().await, "100%");
    page.assert_quiet().await;
}

#[tokio::test]
async fn fingers_pinch_a_picture() {
    let (provider, _relay, page) = with_provider().await;
    provider.answers(PICTURE);
    page.send().await;
    page.shown("#zoom").await;
    let (x, y) = page.middle_of(".pair").await;
    let touch = |kind: &'static str, apart: f64| {
        let points = match kind {
            "touchEnd" => json!([]),
            _ => json!([{ "x": x - apart, "y": y, "id": 1 }, { "x": x + apart, "y": y, "id": 2 }]),
        };
        page.cdp("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points }))
    };
    touch("touchStart", 50.0).await;
    for apart in [70.0, 90.0, 100.0] {
        touch("touchMove", apart).await;
    }
    touch("touchEnd", 0.0).await;
    let zoom = seen(&page, "--zoom").await;
    assert!((1500..2600).contains(&zoom), "a pinch to twice as far zooms to {zoom}");
    page.assert_quiet().await;
}

#[tokio::test]
async fn several_pictures_stand_side_by_side() {
    let (provider, _relay, page) = with_provider().await;
    page.click("#count-4").await;
    page.wait_for_text("#cost", "4 pictures are 4 requests, each of them paid").await;
    assert!(page.text("#send").await.starts_with("Make 4 pictures"));
    provider.answers(Answer::Moderated);
    provider.answers(PICTURE.after(Duration::from_millis(300)));
    page.click("#send").await;
    page.until("four tiles", || async {
        (page.all(".together li").await.len() == 4).then_some(())
    })
    .await;
    page.screenshot("several-under-way").await;
    page.until("all have ended", || async {
        (!page.is_busy().await && page.all(".together img").await.len() == 3).then_some(())
    })
    .await;
    page.screenshot("several-done").await;
    assert_eq!(provider.asked().len(), 4);
    // What failed says so in its place, and the others are kept.
    page.wait_for_text(".together .lost", "did not pass").await;
    assert_eq!(page.all(".strip li").await.len(), 3);
    let mut seeds: Vec<_> = provider.asked().iter().map(|one| one.json()["seed"].clone()).collect();
    seeds.sort_by_key(|seed| seed.as_i64());
    assert_eq!(seeds, [json!(null), json!(1235), json!(1236), json!(1237)]);

    page.click(".together button").await;
    page.shown("#result").await;
    page.until("the focus goes along", || async {
        page.has_focus("#all-pictures").await.then_some(())
    })
    .await;
    page.click("#all-pictures").await;
    page.shown(".together").await;
    page.click(".together button").await;

    // More like this: nothing is sent before the button says how many.
    page.click("#more-like").await;
    assert_eq!(provider.asked().len(), 4);
    assert!(page.has_focus("#send").await);
    assert_eq!(page.property("#keep-seed", "checked").await, "false");
    page.assert_quiet_but_for(&["status of 422"]).await;
}

#[tokio::test]
async fn cancel_stops_all_of_them() {
    let (provider, _relay, page) = with_provider().await;
    page.click("#count-2").await;
    provider.answers(PICTURE.after(Duration::from_secs(30)));
    page.click("#send").await;
    provider.wait_for_request(2).await;
    page.click("#cancel").await;
    page.until("nothing runs", || async { (!page.is_busy().await).then_some(()) }).await;
    page.shown("#notice").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn settings_and_a_free_seed_go_on_to_the_next_photo() {
    let (provider, _relay, page) = with_provider().await;
    page.retype("#prompt", "On a red carpet").await;
    page.click("#keep-seed").await;
    provider.answers(PICTURE);
    page.send().await;
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    let sent = provider.asked();
    assert_eq!(sent[1].json()["prompt"], "On a red carpet");
    assert_ne!(sent[0].json()["seed"], sent[1].json()["seed"]);
    page.assert_quiet().await;
}

#[tokio::test]
async fn it_is_seen_how_far_a_picture_is_and_how_long_it_may_take() {
    let (provider, _relay, page) = with_provider().await;
    provider.answers(PICTURE.after(Duration::from_secs(3)));
    page.click("#send").await;
    page.wait_for_text(".phase", "Sending ").await;
    // Nobody knows yet how long that takes.
    let bar = "return studio.shadowRoot.querySelector('.phase progress')?.position ?? null";
    assert_eq!(page.ask_studio(bar).await, -1);
    let stays = "
        const event = new Event('beforeunload', { cancelable: true });
        dispatchEvent(event);
        return event.defaultPrevented;";
    assert_eq!(page.run(stays, vec![]).await, true, "leaving a paid job asks first");
    page.wait_for_text("#status", "Done in ").await;
    assert_eq!(page.run(stays, vec![]).await, false);
    page.gone(".phase").await;

    provider.answers(PICTURE.after(Duration::from_secs(3)));
    page.click("#send").await;
    page.wait_for_text(".phase", "of about ").await;
    page.until("the bar moves", || async {
        let position = page.ask_studio(bar).await.as_f64()?;
        (0.2..1.0).contains(&position).then_some(())
    })
    .await;
    page.screenshot("progress").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn nothing_is_asked_when_this_machine_makes_it() {
    let relay = Relay::without_key().start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    page.click("#send").await;
    page.shown(".phase").await;
    let stays = "
        const event = new Event('beforeunload', { cancelable: true });
        dispatchEvent(event);
        return event.defaultPrevented;";
    assert_eq!(page.run(stays, vec![]).await, false);
    page.wait_for_text("#status", "Done in ").await;
}

/// A link that is pasted, and a picture of another page that is dropped.
#[tokio::test]
async fn an_address_is_pasted_and_dropped() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    let address = |name: &str| {
        format!("{}samples/{name}.jpg", relay.url().trim_end_matches('/').to_owned() + "/")
    };
    let paste = "
        const data = new DataTransfer();
        data.setData('text/plain', arguments[0]);
        const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
        document.body.dispatchEvent(event);
        return event.defaultPrevented;";
    assert_eq!(page.run(paste, vec!["just words".into()]).await, false);
    assert_eq!(page.run(paste, vec![address("cat").into()]).await, true);
    page.photo_is("cat.jpg").await;
    let (x, y) = page.middle_of(".stage").await;
    for kind in ["dragEnter", "dragOver", "drop"] {
        let item = json!({ "mimeType": "text/uri-list", "data": address("coffee") });
        let data = json!({ "items": [item], "dragOperationsMask": 1 });
        page.cdp("Input.dispatchDragEvent", json!({ "type": kind, "x": x, "y": y, "data": data }))
            .await;
    }
    page.photo_is("coffee.jpg").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn ideas_are_pictures_and_the_words_are_counted() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.wait_for_text("#words", "Words: 4 ").await;
    let shown = "
        return [...studio.shadowRoot.querySelectorAll('.chips img')]
            .map((one) => one.complete && one.naturalWidth);";
    page.until("all pictures are there", || async {
        (page.ask_studio(shown).await == json!([120, 120, 120, 120, 120, 120, 120])).then_some(())
    })
    .await;
    page.click(".chips button:nth-child(3)").await;
    page.wait_for_text("#words", "Words: 14 ").await;
    page.assert_quiet().await;
}
