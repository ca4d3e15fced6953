//! Many elements, in all kinds of places, and one that goes wrong.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Browser, FOLDER, Provider, STRICT, Site, sample};
use serde_json::json;

const HEAR: &str = "
    window.warned = [];
    const warn = console.warn;
    console.warn = (...words) => { warned.push(words.join(' ')); warn(...words); };
    window.ready = 0;
    addEventListener('backdrop-ready', () => { ready++; });";

async fn open(html: &str) -> (Site, Browser) {
    let site = Site::start("").await;
    site.file("/hear.js", "text/javascript", HEAR);
    site.page("/", &format!("<script src=/hear.js></script>{html}"));
    let page = Browser::start().await;
    page.goto(site.origin()).await;
    (site, page)
}

async fn are_ready(page: &Browser, count: usize) {
    page.until(&format!("{count} are ready"), || async {
        (page.run("return ready", vec![]).await == count).then_some(())
    })
    .await;
}

#[tokio::test]
async fn ten_elements_each_have_their_own_and_one_failure_is_one_failure() {
    let provider = Provider::start().await;
    let bad = "seed=abc fast=maybe hide='seeds' variant=huge theme=pink lock='prompt nonsense'";
    let endpoint = provider.endpoint();
    let others: String = (1..9)
        .map(|one| format!("<backdrop-studio id=s{one} prompt='Number {one}' endpoint='{endpoint}'></backdrop-studio>"))
        .collect();
    let html = format!(
        "<backdrop-studio id=bad {bad} endpoint='{endpoint}'></backdrop-studio>{others}
         <backdrop-studio id=throws endpoint='{endpoint}'></backdrop-studio>"
    );
    let (site, mut page) = open(&html).await;
    are_ready(&page, 10).await;
    assert_eq!(site.asked(&site.wasm()), 1, "one module for all");
    let warned = page.run("return warned", vec![]).await;
    let warned: Vec<_> =
        warned.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    for says in [
        "seed>: seed: must be a whole number",
        "fast>: fast: must be true",
        "hide>: seeds",
        "lock>: nonsense",
    ] {
        assert_eq!(
            warned.iter().filter(|one| one.contains(says)).count(),
            1,
            "{says} in {warned:?}"
        );
    }
    page.run(
        "const studio = document.querySelector('#throws');
         for (const kind of ['input', 'send', 'progress', 'result'])
           studio.addEventListener('backdrop-' + kind, () => { throw new Error('on purpose') });",
        vec![],
    )
    .await;
    for host in ["#throws", "#bad", "#s5"] {
        page.within(host);
        page.drop_photo(&sample("cat")).await;
        page.send().await;
    }
    let prompts: Vec<_> =
        provider.asked().iter().map(|asked| asked.json()["prompt"].clone()).collect();
    assert_eq!(prompts, [json!("In a parking lot"), json!("In a parking lot"), json!("Number 5")]);
    page.within("#s6");
    page.shown(".welcome").await;
    assert_eq!(page.property("#prompt", "value").await, "Number 6");
    page.assert_quiet_but_for(&["on purpose"]).await;
}

#[tokio::test]
async fn it_is_cloned_moved_and_put_back() {
    let html = "<div id=a><backdrop-studio id=one prompt='On oak' seed=7></backdrop-studio></div><div id=b></div>";
    let (_site, mut page) = open(html).await;
    are_ready(&page, 1).await;
    page.drop_photo(&sample("cat")).await;
    page.retype("#prompt", "typed").await;
    page.run(
        "const clone = document.querySelector('#one').cloneNode(true);
         clone.id = 'two';
         document.querySelector('#b').append(clone);",
        vec![],
    )
    .await;
    are_ready(&page, 2).await;
    page.within("#two");
    page.shown(".welcome").await;
    assert_eq!(page.property("#prompt", "value").await, "On oak");
    assert_eq!(page.property("#seed", "value").await, "7");

    // Moved at once, it keeps all; put back later, it starts with what the page gave.
    page.within("#one");
    page.run("document.querySelector('#b').append(document.querySelector('#one'))", vec![]).await;
    page.photo_is("cat.jpg").await;
    assert_eq!(page.property("#prompt", "value").await, "typed");
    let out = "window.out = document.querySelector('#one'); out.remove();
        return new Promise((then) => setTimeout(() => then(out.shadowRoot.childNodes.length), 50))";
    assert_eq!(page.run(out, vec![]).await, 0);
    page.run("out.seed = 9; document.querySelector('#a').append(out)", vec![]).await;
    are_ready(&page, 3).await;
    page.shown(".welcome").await;
    assert_eq!(page.property("#prompt", "value").await, "On oak");
    assert_eq!(page.property("#seed", "value").await, "9");
    page.assert_quiet_but_for(&["healthz", "bria-replace-background", "u2net"]).await;
}

#[tokio::test]
async fn it_works_in_a_shadow_root_a_dialog_and_made_late() {
    let html = "<div id=host></div><dialog id=dialog><backdrop-studio id=inside></backdrop-studio></dialog>";
    let (_site, mut page) = open(html).await;
    page.run(
        "const root = document.querySelector('#host').attachShadow({ mode: 'open' });
         const studio = document.createElement('backdrop-studio');
         studio.prompt = 'In a shadow';
         root.append(studio);
         window.told = 0;
         document.querySelector('#host').addEventListener('backdrop-input', () => { told++; });
         document.querySelector('#dialog').showModal();",
        vec![],
    )
    .await;
    are_ready(&page, 2).await;
    page.within("#inside");
    page.drop_photo(&sample("cat")).await;
    page.run("document.querySelector('#dialog').close()", vec![]).await;
    let typed = page
        .run(
            "const studio = document.querySelector('#host').shadowRoot.querySelector('backdrop-studio');
             const inside = studio.shadowRoot.querySelector('#prompt');
             inside.scrollIntoView(); inside.focus(); inside.select();
             return inside.value",
            vec![],
        )
        .await;
    assert_eq!(typed, "In a shadow");
    page.type_here("By hand").await;
    // Events leave the shadow root that it stands in: they are composed.
    page.until("it is told outside", || async {
        (page.run("return told", vec![]).await.as_u64()? > 0).then_some(())
    })
    .await;
    let prompt =
        "return document.querySelector('#host').shadowRoot.querySelector('backdrop-studio').prompt";
    assert_eq!(page.run(prompt, vec![]).await, "By hand");
    page.assert_quiet_but_for(&["healthz", "bria-replace-background", "u2net"]).await;
}

#[tokio::test]
async fn it_works_in_a_frame_in_a_sandbox() {
    let provider = Provider::start().await;
    let site = Site::start("").await;
    site.allow_others();
    site.policy(
        &format!("{STRICT}; frame-src 'self'")
            .replace("'self'", &format!("'self' {}", site.origin())),
    );
    site.page(
        "/framed",
        &format!("<backdrop-studio endpoint='{}'></backdrop-studio>", provider.endpoint()),
    );
    site.file("/frame.html", "text/html", "<!doctype html><link rel=icon href='data:,'><link rel=stylesheet href=/frame.css><iframe id=frame sandbox=allow-scripts src=/framed></iframe>");
    site.file(
        "/frame.css",
        "text/css",
        "iframe { width: 1200px; height: 800px; border: 0 } body { margin: 0 }",
    );
    let page = Browser::start().await;
    page.goto(&format!("{}/frame.html", site.origin())).await;
    page.client().clone().enter_frame(0).await.unwrap();
    page.shown("#send").await;
    page.run(
        "const studio = document.querySelector('backdrop-studio');
         const canvas = document.createElement('canvas');
         canvas.getContext('2d').fillRect(9, 9, 90, 90);
         return new Promise((then) => canvas.toBlob((blob) => { studio.photo = blob; then(); }))",
        vec![],
    )
    .await;
    page.shown("#photo").await;
    page.click("#send").await;
    page.shown("#result").await;
    assert_eq!(provider.wait_for_request(1).await.json()["prompt"], "In a parking lot");
    assert_eq!(page.run("return origin", vec![]).await, "null");
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_second_copy_of_the_script_leaves_the_first_working() {
    let provider = Provider::start().await;
    let second = format!("<script type=module src='{FOLDER}backdrop-studio.js?second'></script>");
    let html =
        format!("{second}<backdrop-studio endpoint='{}'></backdrop-studio>", provider.endpoint());
    let (_site, page) = open(&html).await;
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    let warned = page.run("return warned.join()", vec![]).await;
    assert!(warned.as_str().unwrap().contains("defined already"), "{warned}");
    assert_eq!(page.run("return ready", vec![]).await, 1);
    page.assert_quiet().await;
}
