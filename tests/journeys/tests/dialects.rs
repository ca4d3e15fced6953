//! The same model at other hosts: what goes over the wire, and the picture that comes back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use backdrop_contract::{Dialect, Name, PARAMETERS};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use journeys::{Asked, Browser, Provider, Relay, sample};
use serde_json::{Value, json};

/// A page that talks to the playing provider as if it were this host.
async fn connected(provider: &Provider, relay: &Relay, dialect: Dialect) -> Browser {
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page.click("#connection").await;
    page.click(&format!("#connect-{}", dialect.host().name)).await;
    // The host's own address stands there, and can be changed.
    assert_eq!(page.property("#address", "value").await, dialect.address());
    page.fill("#address", &format!("{}{}", provider.origin(), dialect.host().path)).await;
    page.fill("#key", "SG_mine").await;
    page.screenshot(&format!("connect-{}", dialect.host().name)).await;
    page.press("enter").await;
    page.gone("#connect").await;
    page
}

/// The form shows what the host takes, and nothing else.
async fn assert_form(page: &Browser, dialect: Dialect) {
    let all = PARAMETERS.iter().filter(|row| row.name != Name::RefImages);
    for row in all {
        let there = !page.all(&format!("#{}", row.wire)).await.is_empty();
        assert_eq!(there, dialect.takes(row.name), "{} at {dialect:?}", row.wire);
    }
    let told = !page.all("#left-out").await.is_empty();
    assert_eq!(told, dialect == Dialect::Fal);
}

fn base64(of: &str) -> String {
    BASE64_STANDARD.encode(std::fs::read(sample(of)).unwrap())
}

async fn send(page: &Browser, provider: &Provider) -> (Asked, Value) {
    let before = provider.asked().len();
    page.send().await;
    let asked = provider.wait_for_request(before + 1).await;
    let body = asked.json();
    (asked, body)
}

#[tokio::test]
async fn segmind() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_of_the_relay", provider.origin()).start();
    let page = connected(&provider, &relay, Dialect::Segmind).await;
    assert_form(&page, Dialect::Segmind).await;
    page.drop_photo(&sample("cat")).await;
    let (asked, body) = send(&page, &provider).await;
    assert_eq!(asked.path, Dialect::Segmind.host().path);
    assert_eq!(asked.header("x-api-key"), "SG_mine");
    assert_eq!(body, json!({ "image": base64("cat"), "prompt": "In a parking lot" }));
    page.assert_quiet().await;
}

#[tokio::test]
async fn bria() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_of_the_relay", provider.origin()).start();
    let page = connected(&provider, &relay, Dialect::BriaV2).await;
    assert_form(&page, Dialect::BriaV2).await;
    page.drop_photo(&sample("cat")).await;
    let (asked, body) = send(&page, &provider).await;
    assert_eq!(asked.path, "/v2/image/edit/replace_background");
    assert_eq!(asked.header("api_token"), "SG_mine");
    assert!(
        asked.headers.get("x-api-key").is_none() && asked.headers.get("authorization").is_none()
    );
    let expected = json!({
        "image": base64("cat"), "prompt": "In a parking lot", "negative_prompt": "no cars",
        "seed": 1234, "mode": "base", "prompt_content_moderation": true, "sync": true,
    });
    assert_eq!(body, expected);

    page.click("#fast").await;
    let (_, body) = send(&page, &provider).await;
    assert_eq!(body["mode"], "fast");
    assert_eq!(body.get("negative_prompt"), None, "it has no effect there");
    let (_, pixels) = page.download().await;
    assert_eq!(pixels.size(), (320, 240));
    page.assert_quiet().await;
}

#[tokio::test]
async fn fal() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_of_the_relay", provider.origin()).start();
    let page = connected(&provider, &relay, Dialect::Fal).await;
    assert_form(&page, Dialect::Fal).await;
    page.drop_photo(&sample("cat")).await;
    page.screenshot("fal").await;
    let (asked, body) = send(&page, &provider).await;
    assert_eq!(asked.path, "/fal-ai/bria/background/replace");
    assert_eq!(asked.header("authorization"), "Key SG_mine");
    assert!(asked.headers.get("x-api-key").is_none() && asked.headers.get("api_token").is_none());
    let data_uri = |of| format!("data:image/jpeg;base64,{}", base64(of));
    let expected = json!({
        "image_url": data_uri("cat"), "prompt": "In a parking lot", "negative_prompt": "no cars",
        "seed": 1234, "fast": false, "sync_mode": true,
    });
    assert_eq!(body, expected);

    page.choose_background("background-reference").await;
    page.pick_files("#ref_images", &[sample("coffee")]).await;
    page.wait_for_text("#reference", "coffee.jpg").await;
    let (_, body) = send(&page, &provider).await;
    assert_eq!(body["ref_image_url"], data_uri("coffee"));
    assert_eq!(body.get("prompt"), None);
    let (_, pixels) = page.download().await;
    assert_eq!(pixels.size(), (320, 240));

    // Back at the site, the form has everything again.
    page.click("#connection").await;
    page.click("#forget").await;
    page.press("escape").await;
    page.find("#original_quality").await;
    page.gone("#left-out").await;
    page.assert_quiet().await;
}
