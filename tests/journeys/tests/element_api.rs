//! What a page can say to the element, and hears from it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Answer, Browser, Kind, Provider, Site, file, in_each_browser, photo, sample};
use serde_json::{Value, json};
use std::time::Duration;

in_each_browser!(
    attributes_set_the_form_and_are_sent,
    what_is_set_before_the_upgrade_is_as_after,
    parameters_are_checked_by_name_and_type,
    a_page_sends_hears_and_gets_the_picture,
    a_listener_changes_or_forbids_what_is_sent,
    what_a_person_does_is_told_and_what_the_page_does_is_not,
    a_key_is_a_property_and_never_an_attribute,
);

/// Keeps every event of the element, also those of before it was defined.
const HEAR: &str = "
    window.heard = [];
    for (const kind of ['ready', 'input', 'send', 'progress', 'result', 'error']) {
      document.addEventListener('backdrop-' + kind, (event) => heard.push([kind, event.detail]));
    }";

async fn open(kind: Kind, site: &Site, body: &str) -> Browser {
    let browser = Browser::start_as(kind).await;
    site.file("/hear.js", "text/javascript", HEAR);
    site.page("/", &format!("<script src=\"/hear.js\"></script>{body}"));
    browser.goto(site.origin()).await;
    browser.shown("#send").await;
    browser
}

/// A tag that asks the provider.
fn tag(provider: &Provider, more: &str) -> String {
    format!("<backdrop-studio endpoint=\"{}\" {more}></backdrop-studio>", provider.endpoint())
}

/// The kinds of the events so far, without the photo's arrival and such.
async fn heard(browser: &Browser, kind: &str) -> Vec<Value> {
    let script =
        "return heard.filter(([kind]) => kind == arguments[0]).map(([, detail]) => detail)";
    browser.run(script, vec![kind.into()]).await.as_array().unwrap().clone()
}

const PHOTO: &str = "
    const canvas = new OffscreenCanvas(120, 80);
    canvas.getContext('2d').fillRect(20, 20, 60, 40);
    const photo = new File([await canvas.convertToBlob()], 'cup.png', { type: 'image/png' });";

async fn attributes_set_the_form_and_are_sent(kind: Kind) {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let attributes = "prompt='On a marble counter' negative-prompt='people' seed=77 fast \
                      refine-prompt=false original-quality=true theme=dark";
    let page = open(kind, &site, &tag(&provider, attributes)).await;
    assert_eq!(page.property("#prompt", "value").await, "On a marble counter");
    assert_eq!(page.property("#seed", "value").await, "77");
    assert_eq!(page.property("#fast", "checked").await, "true");
    assert_eq!(page.property("#refine_prompt", "checked").await, "false");
    page.find(".app[data-theme=dark]").await;
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    let sent = provider.wait_for_request(1).await.json();
    assert_eq!(sent["prompt"], "On a marble counter");
    assert_eq!((&sent["seed"], &sent["fast"]), (&json!(77), &json!(true)));
    assert_eq!((&sent["refine_prompt"], &sent["original_quality"]), (&json!(false), &json!(true)));

    // One that changes changes the studio; one that does not leaves what was typed.
    page.retype("#prompt", "In a forest").await;
    page.ask_studio(
        "studio.setAttribute('seed', '5'); studio.setAttribute('prompt', 'On a marble counter')",
    )
    .await;
    page.until("the seed follows", || async {
        (page.property("#seed", "value").await == "5").then_some(())
    })
    .await;
    assert_eq!(page.property("#prompt", "value").await, "In a forest");
    page.ask_studio("studio.removeAttribute('seed'); studio.theme = 'light'").await;
    page.find(".app[data-theme=light]").await;
    assert_eq!(page.property("#seed", "value").await, "1234");
    page.assert_quiet().await;
}

async fn what_is_set_before_the_upgrade_is_as_after(kind: Kind) {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    // Set by a script that runs before the module which defines the tag.
    site.file(
        "/early.js",
        "text/javascript",
        "addEventListener('DOMContentLoaded', () => {
           const early = document.querySelector('#early');
           window.defined = !!customElements.get('backdrop-studio');
           early.parameters = { prompt: 'Early', seed: 9 };
           early.negativePrompt = 'cars';
           early.fast = true;
           early.theme = 'dark';
           early.photo = new Blob(['\\x89PNG\\r\\n\\x1a\\n']);
         });",
    );
    let body = "<script src=\"/early.js\"></script>\
                <backdrop-studio id=early prompt=Attribute></backdrop-studio>\
                <backdrop-studio id=late prompt=Attribute></backdrop-studio>";
    let mut page = open(kind, &site, body).await;
    page.run(
        "const late = document.querySelector('#late');
         late.parameters = { prompt: 'Early', seed: 9 };
         late.negativePrompt = 'cars';
         late.fast = true;
         late.theme = 'dark';",
        vec![],
    )
    .await;
    for host in ["#early", "#late"] {
        page.within(host);
        page.find(".app[data-theme=dark]").await;
        page.until("the values are there", || async {
            (page.property("#prompt", "value").await == "Early").then_some(())
        })
        .await;
        assert_eq!(page.property("#seed", "value").await, "9");
        assert_eq!(page.property("#negative_prompt", "value").await, "cars");
        assert_eq!(page.property("#fast", "checked").await, "true");
    }
    let same = "const [a, b] = document.querySelectorAll('backdrop-studio');
        return JSON.stringify(a.parameters) == JSON.stringify(b.parameters) && a.fast && a.seed == 9";
    assert_eq!(page.run(same, vec![]).await, true);
    assert_eq!(
        page.run("return Object.hasOwn(document.querySelector('#early'), 'fast')", vec![]).await,
        false
    );
    let _ = provider;
}

async fn parameters_are_checked_by_name_and_type(kind: Kind) {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(kind, &site, &tag(&provider, "")).await;
    for (given, says) in [
        ("{ promt: 'a' }", "promt: no such parameter"),
        ("{ seed: '7' }", "seed: must be a whole number"),
        ("{ seed: 1.5 }", "seed: must be a whole number"),
        ("{ seed: NaN }", "seed: must be a whole number"),
        ("{ fast: 1 }", "fast: must be true or false"),
        ("{ prompt: ['a'] }", "prompt: must be text"),
        ("{ image: {} }", "image: must be a File"),
        ("{ ref_images: [1] }", "ref_images: must be a File"),
        ("{ toString: 1 }", "toString: no such parameter"),
        ("null", "parameters: must be an object"),
        ("'prompt'", "parameters: must be an object"),
    ] {
        let script = format!(
            "try {{ studio.parameters = {given}; return 'taken' }}
             catch (error) {{ return error.name + ': ' + error.message }}"
        );
        let said = page.ask_studio(&script).await;
        let said = said.as_str().unwrap();
        assert!(said.starts_with(&format!("TypeError: {says}")), "{given} gave {said}");
    }
    // What is wrong changes nothing, and what is out of bounds is kept and told when it is sent.
    assert_eq!(
        page.ask_studio("return studio.parameters").await,
        json!({ "prompt": "In a parking lot" })
    );
    let script = format!(
        "return (async () => {{ {PHOTO} studio.photo = photo; studio.seed = -1;
         await new Promise((then) => setTimeout(then, 300));
         return studio.send().catch((error) => [error.name, error.kind, error.parameter]); }})()"
    );
    assert_eq!(page.ask_studio(&script).await, json!(["BackdropError", "invalid", "seed"]));
    assert!(provider.asked().is_empty());
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_prompt_and_a_reference_from_the_page_are_sent_together() {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(Kind::Chromium, &site, &tag(&provider, "")).await;
    let script = format!(
        "return (async () => {{ {PHOTO}
           studio.parameters = {{ image: photo, prompt: 'On oak', ref_images: 'https://a.example/oak.png' }};
           await new Promise((then) => document.addEventListener('backdrop-input', then, {{ once: true }}));
           return (await studio.send()).parameters;
         }})()"
    );
    assert_eq!(page.ask_studio(&script).await["prompt"], "On oak");
    let sent = provider.wait_for_request(1).await.json();
    assert_eq!(sent["prompt"], "On oak");
    assert_eq!(sent["ref_images"], "https://a.example/oak.png");
    page.find("#background-both:checked").await;
    page.assert_quiet_but_for(&["a.example"]).await;
}

async fn a_page_sends_hears_and_gets_the_picture(kind: Kind) {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(kind, &site, &tag(&provider, "prompt='On oak'")).await;
    assert_eq!(heard(&page, "ready").await.len(), 1);
    provider.answers(Answer::picture().after(Duration::from_millis(300)));
    let script = format!(
        "return (async () => {{ {PHOTO}
           studio.photo = photo;
           await new Promise((then) => document.addEventListener('backdrop-input', then, {{ once: true }}));
           const [one, two] = await Promise.all([studio.send(), studio.send()]);
           return [one === two, one.file instanceof File, one.file === studio.value, one.file.name,
             one.blob.type, one.parameters, one.metadata.width, one.metadata.height,
             studio.matches(':state(done)'), studio.photo === photo];
         }})()"
    );
    let result = page.ask_studio(&script).await;
    let parameters = json!({ "prompt": "On oak" });
    let expected = json!([
        true,
        true,
        true,
        "cup-backdrop.png",
        "image/png",
        parameters,
        320,
        240,
        true,
        true
    ]);
    assert_eq!(result, expected);
    assert_eq!(provider.asked().len(), 1, "two calls, one request");
    let phases = heard(&page, "progress").await;
    let phases: Vec<_> = phases.iter().map(|detail| detail["phase"].as_str().unwrap()).collect();
    assert_eq!(phases.first(), Some(&"reading"));
    assert!(phases.contains(&"waiting"), "{phases:?}");
    assert_eq!(heard(&page, "result").await.len(), 1);

    provider.answers(Answer::Moderated);
    let failed = page.ask_studio("return studio.send().catch((error) => [error.kind, error.status, error.text, error instanceof window.Error])").await;
    assert_eq!(
        (&failed[0], &failed[1], &failed[3]),
        (&json!("words-rejected"), &json!(422), &json!(true))
    );
    assert!(failed[2].as_str().unwrap().len() > 3);
    assert_eq!(heard(&page, "error").await[0]["kind"], "words-rejected");
    assert_eq!(page.ask_studio("return studio.matches(':state(error)')").await, true);

    provider.answers(Answer::picture().after(Duration::from_secs(60)));
    let script = "const sending = studio.send().catch((error) => error.kind);
        setTimeout(() => studio.cancel(), 200);
        return sending";
    assert_eq!(page.ask_studio(script).await, "cancelled");
    provider.wait_for_given_up(1).await;
    page.assert_quiet_but_for(&["status of 422"]).await;
}

async fn a_listener_changes_or_forbids_what_is_sent(kind: Kind) {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(kind, &site, &tag(&provider, "")).await;
    page.drop_photo(&sample("cat")).await;
    page.ask_studio(
        "window.change = (event) => {
            event.detail.parameters.prompt += ', in oil';
            event.detail.parameters.seed = 8;
            event.detail.parameters.ref_images = 'https://a.example/b.png';
        };
        studio.addEventListener('backdrop-send', change)",
    )
    .await;
    page.send().await;
    let sent = provider.wait_for_request(1).await.json();
    assert_eq!((&sent["prompt"], &sent["seed"]), (&json!("In a parking lot, in oil"), &json!(8)));
    assert_eq!(sent["ref_images"], "https://a.example/b.png");
    assert_eq!(page.property("#seed", "value").await, "1234", "the form stays as it is");
    assert_eq!(heard(&page, "result").await[0]["metadata"]["seed"], 8);

    page.ask_studio(
        "studio.removeEventListener('backdrop-send', change);
        window.spoil = (event) => { event.detail.parameters.seed = 'eight'; };
        studio.addEventListener('backdrop-send', spoil)",
    )
    .await;
    let says = page.send_in_vain("seed: must be a whole number").await;
    assert!(!says.is_empty());

    page.ask_studio(
        "studio.removeEventListener('backdrop-send', spoil);
        studio.addEventListener('backdrop-send', (event) => event.preventDefault())",
    )
    .await;
    page.click("#send").await;
    page.wait_for_text("#notice", "Nothing was sent").await;
    let refused = page.ask_studio("return studio.send().catch((error) => error.kind)").await;
    assert_eq!(refused, "cancelled");
    assert_eq!(provider.asked().len(), 1);
    page.assert_quiet().await;
}

async fn what_a_person_does_is_told_and_what_the_page_does_is_not(kind: Kind) {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(kind, &site, &tag(&provider, "")).await;
    page.ask_studio("studio.prompt = 'By the page'; studio.seed = 3").await;
    page.until("the prompt is there", || async {
        (page.property("#prompt", "value").await == "By the page").then_some(())
    })
    .await;
    assert_eq!(heard(&page, "input").await, [] as [Value; 0]);
    page.seed(55).await;
    page.until("it is told", || async { heard(&page, "input").await.pop() }).await;
    assert_eq!(heard(&page, "input").await[0]["parameters"]["seed"], 55);
    assert_eq!(
        page.ask_studio("return [studio.seed, studio.prompt]").await,
        json!([55, "By the page"])
    );
    page.ask_studio("studio.reset()").await;
    page.until("back to what the page gave", || async {
        (page.property("#seed", "value").await == "3").then_some(())
    })
    .await;
    page.assert_quiet().await;
}

async fn a_key_is_a_property_and_never_an_attribute(kind: Kind) {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(kind, &site, &tag(&provider, "api-key=SG_attribute")).await;
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    assert_eq!(provider.wait_for_request(1).await.header("x-api-key"), "");
    page.ask_studio("studio.apiKey = 'SG_property'").await;
    assert_eq!(page.ask_studio("return studio.apiKey").await, Value::Null);
    page.send().await;
    assert_eq!(provider.wait_for_request(2).await.header("x-api-key"), "SG_property");
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_page_hides_and_locks_what_its_visitors_must_not_change() {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let body = tag(&provider, "prompt='Brand wall' hide='seed fast' lock='prompt' seed=42");
    let page = open(Kind::Chromium, &site, &body).await;
    page.gone("#seed").await;
    page.gone("#fast").await;
    page.gone(".segments").await;
    page.gone(".chips").await;
    // The whole group went with its only row.
    let groups = page.run("return [...document.querySelector('backdrop-studio').shadowRoot.querySelectorAll('.fields > fieldset')].filter((one) => one.checkVisibility()).length", vec![]).await;
    assert_eq!(groups, 3);
    page.click("#prompt").await;
    page.type_here("something else").await;
    assert_eq!(page.property("#prompt", "value").await, "Brand wall");
    page.wait_for_text("#prompt-help", "Set by this page").await;
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    let sent = provider.wait_for_request(1).await.json();
    assert_eq!((&sent["prompt"], &sent["seed"]), (&json!("Brand wall"), &json!(42)));

    page.ask_studio("studio.lock = 'image'; studio.hide = ''").await;
    page.shown("#seed").await;
    page.gone("#image").await;
    page.drop_files(".stage", &[sample("coffee")]).await;
    page.wait_for_text("#notice", "cannot be changed").await;
    page.photo_is("cat.jpg").await;
    page.retype("#prompt", "free again").await;
    page.screenshot("element-locked").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn only_what_a_page_accepts_is_taken_however_it_comes() {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(Kind::Chromium, &site, &tag(&provider, "accept='image/jpeg, .webp'")).await;
    assert_eq!(page.property("#image", "accept").await, "image/jpeg, .webp");
    let png = photo("cup.png", 40, 30);
    // By its first bytes, not by what it is called.
    let disguised = file("cup.jpg", &std::fs::read(&png).unwrap());
    let says = "is PNG, which is not taken here. Choose one of: image/jpeg, .webp.";
    page.drop_files(".stage", std::slice::from_ref(&png)).await;
    page.wait_for_text("#notice", &format!("cup.png {says}")).await;
    page.shown(".welcome").await;
    page.screenshot("element-not-accepted").await;
    page.click("#notice button").await;
    page.pick_files("#image", &[disguised]).await;
    page.wait_for_text("#notice", &format!("cup.jpg {says}")).await;
    page.click("#notice button").await;

    page.allow_clipboard().await;
    let copy = format!(
        "return (async () => {{ {PHOTO}
           await navigator.clipboard.write([new ClipboardItem({{ 'image/png': photo }})]); }})()"
    );
    page.run(&copy, vec![]).await;
    page.click(".header").await;
    page.press("ctrl+v").await;
    page.wait_for_text("#notice", says).await;

    page.click("#background-reference").await;
    page.drop_files(".reference", &[png]).await;
    page.wait_for_text("#notice", &format!("cup.png {says}")).await;

    page.drop_photo(&sample("cat")).await;
    page.gone("#notice").await;
    // Whoever runs the page may give what it likes.
    page.ask_studio(&format!("return (async () => {{ {PHOTO} studio.photo = photo; }})()")).await;
    page.photo_is("cup.png").await;
    page.assert_quiet_but_for(&["healthz"]).await;
}

#[tokio::test]
async fn photos_come_as_files_as_addresses_and_as_base64() {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(Kind::Chromium, &site, &tag(&provider, "")).await;
    let photo =
        |script: &str| format!("return (async () => {{ {PHOTO} studio.photo = {script}; }})()");
    page.ask_studio(&photo("photo")).await;
    page.photo_is("cup.png").await;
    // The page's own address is no use to a provider: its bytes go.
    page.ask_studio(&photo("'/backdrop/samples/cat-small.jpg'")).await;
    page.photo_is("cat-small.jpg").await;
    page.send().await;
    let sent = provider.wait_for_request(1).await.json();
    assert!(sent["image"].as_str().unwrap().starts_with("/9j/"), "a JPEG's base64");
    page.ask_studio("studio.parameters = { image: 'https://a.example/cup.png' }").await;
    page.wait_for_text("fieldset .photo b", "cup.png").await;
    assert_eq!(page.ask_studio("return studio.photo").await, "https://a.example/cup.png");
    let base64 = "await new Promise((then) => { const reader = new FileReader();
        reader.onload = () => then(reader.result); reader.readAsDataURL(photo); })";
    page.ask_studio(&photo(base64)).await;
    page.until("the base64 is a photo", || async {
        (page.text("#photo-facts").await.contains("120 × 80")).then_some(())
    })
    .await;
    page.ask_studio("studio.photo = null").await;
    page.shown(".welcome").await;
    assert_eq!(page.ask_studio("return [studio.photo, studio.value]").await, json!([null, null]));
    page.assert_quiet_but_for(&["a.example"]).await;
}
