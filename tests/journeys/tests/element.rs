//! The tag on a page: added, moved, removed, and twice.

use journeys::{Answer, Browser, Kind, Provider, Relay, in_each_browser, sample};
use serde_json::json;
use std::time::Duration;

in_each_browser!(
    removing_it_gives_the_request_up_and_adding_it_starts_afresh,
    moving_it_keeps_all_that_it_holds;
    // Its driver cannot click into the second of two.
    but_webkit: two_on_one_page_share_nothing
);

async fn open(kind: Kind, relay: &Relay) -> Browser {
    let page = Browser::start_as(kind).await;
    page.open_studio(relay.url()).await;
    page
}

async fn removing_it_gives_the_request_up_and_adding_it_starts_afresh(kind: Kind) {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(kind, &relay).await;
    page.drop_photo(&sample("coffee")).await;
    page.retype("#prompt", "on a beach").await;
    provider.answers(Answer::picture().after(Duration::from_secs(2)));
    page.click("#send").await;
    provider.wait_for_request(1).await;
    // Where nothing is kept: with `remember` the draft would be there again.
    let remove = "
        window.kept = document.querySelector('backdrop-studio');
        kept.removeAttribute('remember');
        kept.remove();";
    page.run(remove, vec![]).await;
    // The relay brings a call that may be billed to its end; straight to a provider it ends (see
    // `cancel.rs`).
    let left = page.run("return kept.shadowRoot.childNodes.length", vec![]).await;
    assert_eq!(left, 0, "the removed studio still holds its view");

    page.run("document.body.append(kept)", vec![]).await;
    // What was under way is collected, not lost; the rest begins afresh.
    page.shown("#result").await;
    assert_eq!(page.property("#prompt", "value").await, "In a parking lot");
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    assert_eq!(provider.asked().len(), 2);
    page.assert_quiet().await;
}

async fn moving_it_keeps_all_that_it_holds(kind: Kind) {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(kind, &relay).await;
    page.drop_photo(&sample("coffee")).await;
    page.retype("#prompt", "on a beach").await;
    provider.answers(Answer::picture().after(Duration::from_millis(600)));
    page.click("#send").await;
    provider.wait_for_request(1).await;
    let script = "
        const place = document.body.appendChild(document.createElement('section'));
        place.append(document.querySelector('backdrop-studio'));";
    page.run(script, vec![]).await;
    page.find("#photo").await;
    page.photo_is("coffee.jpg").await;
    assert_eq!(page.property("#prompt", "value").await, "on a beach");
    // What ran when it was moved runs on.
    page.shown("#result").await;
    assert_eq!(provider.asked().len(), 1);
    page.assert_quiet().await;
}

async fn two_on_one_page_share_nothing(kind: Kind) {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let mut page = open(kind, &relay).await;
    let script = "
        const second = document.createElement('backdrop-studio');
        second.id = 'second';
        document.body.append(second);";
    page.run(script, vec![]).await;
    page.drop_photo(&sample("coffee")).await;
    page.choose_colour("#cfe3d0").await;
    page.press("tab").await;

    page.within("#second");
    page.shown(".welcome").await;
    assert!(page.all(".samples").await.is_empty(), "it was given no samples");
    page.find("#background-describe:checked").await;
    page.drop_photo(&sample("cat")).await;
    page.retype("#prompt", "on the second beach").await;
    page.press("ctrl+enter").await;
    page.shown("#result").await;
    let asked = provider.wait_for_request(1).await.json();
    assert_eq!(asked["prompt"], "on the second beach");

    page.within("backdrop-studio:not(#second)");
    page.photo_is("coffee.jpg").await;
    assert!(page.all("#result").await.is_empty());
    // A paste goes to the studio it is meant for, once.
    page.send().await;
    assert_eq!(provider.wait_for_request(2).await.json()["prompt"], "#cfe3d0");
    assert_eq!(provider.asked().len(), 2);

    // Radio buttons of one name are one group only within their own studio.
    page.find("#background-colour:checked").await;
    page.run("document.querySelector('#second').remove()", vec![]).await;
    page.photo_is("coffee.jpg").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn an_endpoint_of_the_host_page_is_used() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let mut page = open(Kind::Chromium, &relay).await;
    let script = "
        document.querySelector('backdrop-studio').remove();
        const other = document.createElement('backdrop-studio');
        other.setAttribute('endpoint', arguments[0]);
        document.body.append(other);";
    page.run(script, vec![json!(provider.endpoint())]).await;
    page.within("backdrop-studio[endpoint]");
    page.drop_photo(&sample("cat")).await;
    let host = provider.origin().strip_prefix("http://").unwrap();
    assert_eq!(page.destination().await, host);
    page.send().await;
    let asked = provider.wait_for_request(1).await;
    assert_eq!(asked.header("x-api-key"), "", "the page has no key to give");
    page.assert_quiet().await;
}
