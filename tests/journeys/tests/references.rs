//! Reference pictures: a list where the host takes one, else a single one.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use backdrop_contract::Dialect;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use journeys::{Browser, Provider, Site, photo, sample};
use serde_json::Value;
use std::path::Path;

const ADDRESS: &str = "https://a.example/oak.png";

/// A page whose tag speaks as this host wants it, with a photo, asked for references.
async fn open(site: &Site, provider: &Provider, dialect: Dialect) -> Browser {
    let host = dialect.host();
    let endpoint = format!("{}{}", provider.origin(), host.path);
    let tag =
        format!("<backdrop-studio endpoint='{endpoint}' dialect={}></backdrop-studio>", host.name);
    site.page("/", &tag);
    let page = Browser::start().await;
    page.goto(site.origin()).await;
    page.shown("#send").await;
    page.ask_studio("studio.apiKey = 'SG_mine'").await;
    page.drop_photo(&sample("coffee")).await;
    page.choose_background("background-reference").await;
    page
}

async fn wait_for_count(page: &Browser, count: usize) {
    page.until(&format!("there are {count} references"), || async {
        (page.all("#reference .photo").await.len() == count).then_some(())
    })
    .await;
}

/// What one more sending brings to the provider.
async fn send(page: &Browser, provider: &Provider) -> Value {
    let before = provider.asked().len();
    page.send().await;
    provider.wait_for_request(before + 1).await.json()
}

fn base64(file: &Path) -> String {
    BASE64_STANDARD.encode(std::fs::read(file).unwrap())
}

#[tokio::test]
async fn a_host_that_takes_a_list_gets_one() {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(&site, &provider, Dialect::BriaV2).await;
    let (cat, astronaut) = (sample("cat"), sample("astronaut"));
    page.pick_files("#ref_images", &[cat.clone(), astronaut.clone()]).await;
    wait_for_count(&page, 2).await;
    page.fill("#reference-address", ADDRESS).await;
    page.press("enter").await;
    wait_for_count(&page, 3).await;
    page.wait_for_text("#status", "Reference chosen: oak.png").await;
    page.screenshot("references").await;
    let sent = send(&page, &provider).await;
    let mut list = sent["ref_images"].as_array().unwrap().clone();
    // Two that are picked at once are ready in any order.
    let mut expected = vec![base64(&cat), base64(&astronaut), ADDRESS.into()];
    list.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
    expected.sort();
    assert!(list == expected, "other references were sent");
    assert_eq!(sent.get("prompt"), None);

    page.click("#reference [aria-label='Remove astronaut.jpg']").await;
    wait_for_count(&page, 2).await;
    page.until("the focus has a place", || async {
        page.has_focus("#ref_images").await.then_some(())
    })
    .await;
    let sent = send(&page, &provider).await;
    assert!(sent["ref_images"] == serde_json::json!([base64(&cat), ADDRESS]));
    page.click("#reference [aria-label='Remove cat.jpg']").await;
    wait_for_count(&page, 1).await;
    // One goes by itself, as the host takes that, too.
    assert_eq!(send(&page, &provider).await["ref_images"], ADDRESS);
    page.assert_quiet_but_for(&["a.example"]).await;
}

#[tokio::test]
async fn the_hosts_limit_is_kept_and_said() {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(&site, &provider, Dialect::BriaV2).await;
    let most = Dialect::BriaV2.host().references;
    let files: Vec<_> =
        (0..most as u32 + 2).map(|at| photo(&format!("{at}.png"), 20 + at, 10)).collect();
    page.pick_files("#ref_images", &files).await;
    wait_for_count(&page, most).await;
    page.wait_for_text("#status", &format!("the first of {} files", files.len())).await;
    page.pick_files("#ref_images", &files[..1]).await;
    page.wait_for_text("#notice", "takes no more references: remove one first").await;
    page.fill("#reference-address", ADDRESS).await;
    page.press("enter").await;
    page.screenshot("references-enough").await;
    wait_for_count(&page, most).await;
    assert_eq!(send(&page, &provider).await["ref_images"].as_array().unwrap().len(), most);

    page.click("#reference .photo button").await;
    wait_for_count(&page, most - 1).await;
    page.pick_files("#ref_images", &files[most..]).await;
    wait_for_count(&page, most).await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_host_that_takes_one_gets_the_newest_by_itself() {
    for dialect in [Dialect::Segmind, Dialect::Fal] {
        let (site, provider) = (Site::start("").await, Provider::start().await);
        let page = open(&site, &provider, dialect).await;
        assert_eq!(page.property("#ref_images", "multiple").await, "false");
        page.pick_files("#ref_images", &[sample("cat")]).await;
        page.wait_for_text("#reference", "cat.jpg").await;
        page.pick_files("#ref_images", &[sample("astronaut")]).await;
        page.wait_for_text("#reference", "astronaut.jpg").await;
        wait_for_count(&page, 1).await;
        let sent = send(&page, &provider).await;
        let start = if dialect == Dialect::Fal { "data:image/jpeg;base64," } else { "" };
        let expected = [start, &base64(&sample("astronaut"))].concat();
        let wire = dialect.wire(backdrop_contract::Name::RefImages).unwrap();
        assert!(sent[wire] == expected, "another reference was sent to {dialect:?}");
        page.assert_quiet().await;
    }
}

#[tokio::test]
async fn a_list_is_cut_where_the_next_host_takes_one() {
    let (site, provider) = (Site::start("").await, Provider::start().await);
    let page = open(&site, &provider, Dialect::BriaV2).await;
    page.fill("#reference-address", ADDRESS).await;
    page.press("enter").await;
    wait_for_count(&page, 1).await;
    page.pick_files("#ref_images", &[sample("cat")]).await;
    wait_for_count(&page, 2).await;
    page.use_key(&provider.endpoint(), "SG_mine").await;
    wait_for_count(&page, 1).await;
    assert_eq!(send(&page, &provider).await["ref_images"], ADDRESS);
    page.assert_quiet_but_for(&["a.example"]).await;
}
