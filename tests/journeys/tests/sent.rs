//! What is sent: exactly what differs from the defaults, and the photo as it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use backdrop_contract::{KEY_HEADER, Kind, Name, PARAMETERS, Value};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use journeys::{Browser, Provider, Relay, sample};
use serde_json::json;

/// What one more sending brings to the provider, but for the photo.
async fn settings(page: &Browser, provider: &Provider) -> serde_json::Value {
    let before = provider.asked().len();
    page.send().await;
    let mut json = provider.wait_for_request(before + 1).await.json();
    json.as_object_mut().expect("an object").remove(Name::Image.wire());
    json
}

#[tokio::test]
async fn every_parameter_of_the_table_is_in_the_form() {
    let relay = Relay::without_key().start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    for parameter in PARAMETERS.iter().filter(|one| one.wire != Name::RefImages.wire()) {
        page.find(&format!("#{}", parameter.wire)).await;
    }
    page.choose_background("background-reference").await;
    page.find("#ref_images").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn only_what_differs_is_sent_and_the_photo_as_it_is() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_of_the_relay", provider.origin()).start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    assert_eq!(page.destination().await, "Through this site");
    let host = provider.origin().strip_prefix("http://").unwrap();
    page.wait_for_text("#promise", host).await;

    page.drop_photo(&sample("coffee")).await;
    page.retype("#prompt", "on a beach").await;
    page.send().await;
    let asked = provider.wait_for_request(1).await;
    assert_eq!(asked.header(KEY_HEADER), "SG_of_the_relay");
    assert_eq!(asked.header("content-type"), "application/json");
    let json = asked.json();
    let image = json["image"].as_str().expect("the photo is text");
    let photo = BASE64_STANDARD.decode(image).expect("bare base64");
    assert!(photo == std::fs::read(sample("coffee")).unwrap(), "the photo's bytes have changed");
    let keys: Vec<_> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["image", "prompt"]);
    assert_eq!(json["prompt"], "on a beach");
    let whole = format!(r#"{{"prompt":"on a beach","image":"{image}"}}"#);
    assert!(
        asked.body == whole.as_bytes(),
        "it is not the JSON that any other program would write"
    );
    assert_eq!(asked.header("content-length"), whole.len().to_string());
    assert!(!relay.log().contains("SG_of_the_relay"), "the key is in the relay's log");

    page.retype("#negative_prompt", "no people").await;
    page.seed(7).await;
    let sent = settings(&page, &provider).await;
    let expected = json!({ "prompt": "on a beach", "negative_prompt": "no people", "seed": 7 });
    assert_eq!(sent, expected);

    page.choose_colour("#FF5733").await;
    let sent = settings(&page, &provider).await;
    assert_eq!(sent, json!({ "prompt": "#ff5733", "seed": 7 }));

    page.choose_background("background-reference").await;
    page.pick_files("#ref_images", &[sample("cat")]).await;
    page.wait_for_text("#reference", "cat.jpg").await;
    let sent = settings(&page, &provider).await;
    let cat = BASE64_STANDARD.encode(std::fs::read(sample("cat")).unwrap());
    assert_eq!(sent, json!({ "ref_images": cat, "seed": 7 }));

    // The words were kept meanwhile.
    page.choose_background("background-describe").await;
    assert_eq!(settings(&page, &provider).await, expected);
    page.assert_quiet().await;
}

#[tokio::test]
async fn two_presses_at_once_send_once() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_of_the_relay", provider.origin()).start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    page.ask_studio(
        "const button = studio.shadowRoot.querySelector('#send');
        button.click();
        button.click();
        button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }))",
    )
    .await;
    page.wait_for_text("#status", "Done in").await;
    assert_eq!(provider.asked().len(), 1);
    assert_eq!(page.all(".strip li").await.len(), 1);
    page.assert_quiet().await;
}

#[tokio::test]
async fn each_switch_sends_exactly_itself() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.drop_photo(&sample("cat")).await;
    page.click("details summary:not(.more summary)").await;
    for parameter in PARAMETERS.iter().filter(|row| row.kind == Kind::Switch) {
        let Some(Value::Switch(default)) = parameter.default_value() else {
            panic!("{} is no switch", parameter.wire);
        };
        let id = format!("#{}", parameter.wire);
        assert_eq!(page.property(&id, "checked").await, default.to_string(), "{id}");
        page.click(&id).await;
        let sent = settings(&page, &provider).await;
        assert_eq!(sent, json!({ "prompt": "In a parking lot", parameter.wire: !default }));
        page.click(&id).await;
    }
    assert_eq!(settings(&page, &provider).await, json!({ "prompt": "In a parking lot" }));
    page.assert_quiet().await;
}

#[tokio::test]
async fn every_parameter_has_a_control_of_its_name() {
    let relay = Relay::without_key().start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.click("details summary:not(.more summary)").await;
    for parameter in &PARAMETERS {
        let mode = match parameter.name {
            Name::RefImages => "background-reference",
            _ => "background-describe",
        };
        page.choose_background(mode).await;
        let control = page.find(&format!("#{}", parameter.wire)).await;
        let tag = control.tag_name().await.unwrap();
        assert!(["input", "textarea"].contains(&tag.as_str()), "{} is {tag}", parameter.wire);
    }
    page.assert_quiet().await;
}

#[tokio::test]
async fn what_was_just_typed_is_sent_by_the_keys_too() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.drop_photo(&sample("cat")).await;

    // Fields that take their text when they are left have not been left yet.
    page.retype("#seed", "99").await;
    page.press("ctrl+enter").await;
    assert_eq!(provider.wait_for_request(1).await.json()["seed"], 99);
    page.shown("#result").await;

    page.choose_colour("#cfe3d0").await;
    page.press("ctrl+enter").await;
    assert_eq!(provider.wait_for_request(2).await.json()["prompt"], "#cfe3d0");
    page.assert_quiet().await;
}
