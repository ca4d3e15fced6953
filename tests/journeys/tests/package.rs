//! The package in sites made with the usual tools, and the examples: each is started, gets a photo,
//! and shows a picture. The relay serves them under its own strict policy and answers by its engine.

use journeys::{Browser, Provider, Relay, STRICT, Server, Site, made, sample, unpacked};
use serde_json::{Value, json};

/// A site on a relay, open, and the studio in it ready.
async fn open(site: &str) -> (Relay, Browser) {
    let relay = Relay::without_key().site(made(site)).start();
    let page = Browser::start().await;
    page.open_studio(&format!("{}/", relay.url())).await;
    (relay, page)
}

/// Where there is no relay, the studio asks this provider.
async fn asks(page: &Browser, provider: &Provider) {
    let script = "document.querySelector('backdrop-studio').endpoint = arguments[0]";
    page.run(script, vec![provider.endpoint().into()]).await;
}

async fn makes_a_picture(page: &Browser) {
    page.drop_photo(&sample("coffee")).await;
    page.send().await;
}

#[tokio::test]
async fn in_a_site_made_with_vite() {
    let (_relay, page) = open("vite").await;
    makes_a_picture(&page).await;
    page.assert_quiet().await;
}

/// Not built, but served as whoever works at such a site has it.
#[tokio::test]
async fn in_a_site_under_work_with_vite() {
    let provider = Provider::start().await;
    let vite = Server::vite(made("vite").parent().unwrap());
    let page = Browser::start().await;
    page.goto(vite.url()).await;
    page.shown("#send").await;
    asks(&page, &provider).await;
    makes_a_picture(&page).await;
}

#[tokio::test]
async fn in_a_site_made_with_rspack() {
    // Rspack brings its own parts by scripts that it makes, which Trusted Types would stop.
    let site = Site::of_folder(&made("rspack")).await;
    let page = Browser::start().await;
    let provider = Provider::start().await;
    page.goto(&format!("{}/", site.origin())).await;
    page.shown("#send").await;
    asks(&page, &provider).await;
    makes_a_picture(&page).await;
    page.assert_quiet_but_for(&["healthz", "bria-replace-background"]).await;
}

#[tokio::test]
async fn in_a_folder_as_npm_leaves_it() {
    let (_relay, page) = open("plain").await;
    makes_a_picture(&page).await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn in_plain_html() {
    let (_relay, page) = open("html").await;
    makes_a_picture(&page).await;
    page.gone("#seed").await;
    page.screenshot("example-html").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn under_a_strict_policy() {
    let (_relay, page) = open("csp").await;
    makes_a_picture(&page).await;
    page.assert_quiet().await;
}

/// A framework's page: its own field sets the scene, and an event brings the picture.
async fn uses_the_framework(page: &mut Browser, name: &str) {
    page.within("body");
    page.retype("#scene", "White studio").await;
    page.within("backdrop-studio");
    makes_a_picture(page).await;
    page.within("body");
    page.wait_for_text("#said", "coffee-backdrop.").await;
    page.wait_for_text("#said", ": White studio").await;
    page.screenshot(&format!("example-{name}")).await;
}

#[tokio::test]
async fn in_react() {
    let (_relay, mut page) = open("react").await;
    uses_the_framework(&mut page, "react").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn in_vue() {
    let provider = Provider::start().await;
    let site = Site::of_folder(&made("vue")).await;
    // Vue makes a policy of its own for Trusted Types.
    site.policy(&STRICT.replace("trusted-types 'none'", "trusted-types vue"));
    let mut page = Browser::start().await;
    page.goto(&format!("{}/", site.origin())).await;
    page.shown("#send").await;
    asks(&page, &provider).await;
    uses_the_framework(&mut page, "vue").await;
    page.assert_quiet_but_for(&["healthz", "bria-replace-background"]).await;
}

/// No script but the app's own wasm: props, callbacks, the form, and the end of a component.
#[tokio::test]
async fn in_leptos() {
    let (_relay, mut page) = open("leptos").await;
    let seen = "return ['prompt', 'seed', 'theme', 'hide', 'lock', 'name', 'required'].map((one) => studio[one])";
    let props = json!(["On a marble counter", 7, "light", "prompt", "seed", "picture", true]);
    assert_eq!(page.ask_studio(seen).await, props);
    page.gone("#prompt").await;
    page.find("#seed[readonly]").await;
    page.within("body");
    page.wait_for_text("#said", "Ready.").await;
    page.retype("#scene", "White studio").await;
    page.within("backdrop-studio");
    assert_eq!(page.ask_studio("return studio.prompt").await, "White studio");
    assert_eq!(page.ask_studio("return studio.validity.valueMissing").await, true);
    page.drop_photo(&sample("coffee")).await;
    page.within("body");
    page.wait_for_text("#said", "A photo has come.").await;
    page.within("backdrop-studio");

    // Forbidden by a callback, which may also change what is sent.
    page.click("#send").await;
    page.within("body");
    page.wait_for_text("#said", "Please accept the terms first.").await;
    page.click("#terms").await;
    page.within("backdrop-studio");
    page.send().await;
    page.within("body");
    page.wait_for_text("#said", ", 600 × 400: White studio, in our style").await;
    page.wait_for_text("#progress", "reading").await;
    let posted = "return new FormData(document.forms[0]).get('picture').name";
    assert!(
        page.run(posted, vec![])
            .await
            .as_str()
            .is_some_and(|name| name.starts_with("coffee-backdrop."))
    );
    page.screenshot("example-leptos").await;

    page.click("#away").await;
    page.gone("backdrop-studio").await;
    page.click("#away").await;
    page.wait_for_text("#said", "Ready.").await;
    page.within("backdrop-studio");
    page.shown(".welcome").await;
    assert_eq!(page.ask_studio("return studio.prompt").await, "White studio");
    page.assert_quiet().await;
}

#[tokio::test]
async fn in_a_form_whose_server_shows_what_arrived() {
    let relay = Relay::without_key().start();
    let server = Server::node(&made("form").join("server.mjs"), &[("RELAY", relay.url())]);
    let mut page = Browser::start().await;
    page.open_studio(server.url()).await;
    // Of the small variant the photo is seen on the stage alone.
    page.drop_files(".stage", &[sample("coffee")]).await;
    page.find("#photo").await;
    page.send().await;
    page.within("body");
    page.type_into("[name=who]", "Ada <Lovelace>").await;
    page.click("form > p button").await;
    let arrived = page.wait_for_text("#arrived", "bytes").await;
    assert!(arrived.starts_with("coffee-backdrop.jpg, image/jpeg, "), "{arrived}");
    page.wait_for_text("h1", "Thank you, Ada <Lovelace>").await;
    let width = "return document.querySelector('img').naturalWidth";
    assert_eq!(page.run(width, vec![]).await, 600);
    page.screenshot("example-form").await;
    page.assert_quiet().await;
}

/// The manifest, and with it types and documentation, against the class as it is in the browser.
#[tokio::test]
async fn the_description_is_true() {
    let (_relay, page) = open("plain").await;
    let manifest = std::fs::read(unpacked().join("custom-elements.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let class = &manifest["modules"][0]["declarations"][0];
    let names = |list: &str, kind: &str| -> Vec<String> {
        let all = class[list].as_array().unwrap().iter();
        let all = all.filter(|one| kind.is_empty() || one["kind"] == kind);
        let mut names: Vec<_> = all.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let ask = async |script: &str| -> Vec<String> {
        let class = "const Studio = customElements.get('backdrop-studio');";
        let found = page.run(&format!("{class} return {script}"), vec![]).await;
        let found = found.as_array().unwrap().iter();
        let mut found: Vec<_> = found.map(|one| one.as_str().unwrap().to_owned()).collect();
        found.sort();
        found
    };
    let mut attributes = names("attributes", "");
    // The script reads these by itself, when it brings the studio.
    attributes.retain(|name| !["loading", "base"].contains(&name.as_str()));
    // An attribute of HTML, and one that is only refused.
    let observed =
        ask("Studio.observedAttributes.filter((one) => !['lang', 'dir', 'api-key'].includes(one))")
            .await;
    assert_eq!(observed, attributes);
    let own = "Object.entries(Object.getOwnPropertyDescriptors(Studio.prototype))";
    // HTML's own, which the class only serves.
    let fields = ask(&format!(
        "{own}.filter(([name, one]) => one.get && name != 'type').map(([name]) => name)"
    ))
    .await;
    assert_eq!(fields, names("members", "field"));
    let methods = ask(&format!(
        "{own}.filter(([name, one]) => typeof one.value == 'function' && !/Callback$|^constructor$|^focus$/.test(name))
            .map(([name]) => name)"
    ))
    .await;
    assert_eq!(methods, names("members", "method"));
}
