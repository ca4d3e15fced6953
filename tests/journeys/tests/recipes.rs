//! The recipes of `docs/embedding.md`, taken from the page as they stand there, and tried.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use journeys::{Browser, Provider, Site, png, sample};
use std::collections::HashMap;

const PAGE: &str = include_str!("../../../docs/embedding.md");

/// A recipe's blocks by their language.
fn recipe(title: &str) -> HashMap<&'static str, &'static str> {
    let (_, text) = PAGE.split_once(&format!("### {title}\n")).expect("there is such a recipe");
    let text = text.split("\n## ").next().unwrap_or(text);
    let text = text.split("\n### ").next().unwrap_or(text);
    let blocks = text.split("```").skip(1).step_by(2);
    blocks.filter_map(|block| block.split_once('\n')).collect()
}

/// A site that follows the recipe, and its studio ready to ask the provider.
async fn follow(title: &str, provider: &Provider) -> (Site, Browser) {
    let recipe = recipe(title);
    let block = |language: &str| recipe.get(language).copied().unwrap_or_default();
    let script = "<script type=module src=/recipe.js></script>";
    let site = Site::start(&format!("{}{script}", block("html"))).await;
    site.file("/recipe.js", "text/javascript", block("js"));
    site.file("/site.css", "text/css", block("css"));
    site.file("/photo.jpg", "image/jpeg", std::fs::read(sample("cat")).expect("a photo"));
    let page = Browser::start().await;
    page.goto(&format!("{}/", site.origin())).await;
    page.shown("#send").await;
    let endpoint = "document.querySelector('backdrop-studio').endpoint = arguments[0]";
    page.run(endpoint, vec![provider.endpoint().into()]).await;
    (site, page)
}

#[tokio::test]
async fn parameters_are_hidden() {
    let provider = Provider::start().await;
    let (_site, page) = follow("Hide what a visitor need not decide", &provider).await;
    for hidden in ["#seed", "#negative_prompt", "#fast"] {
        page.gone(hidden).await;
    }
    page.drop_photo(&sample("coffee")).await;
    page.send().await;
    page.assert_quiet_but_for(&["healthz", "bria-replace-background"]).await;
}

#[tokio::test]
async fn a_brand_keeps_its_background() {
    let provider = Provider::start().await;
    let (_site, page) = follow("A brand's own background", &provider).await;
    page.drop_photo(&sample("coffee")).await;
    page.click("#prompt").await;
    page.type_here("and a dragon").await;
    page.send().await;
    let asked = provider.wait_for_request(1).await.json();
    assert_eq!(asked["prompt"], "On our oak table, morning light");
}

#[tokio::test]
async fn the_result_is_in_the_form() {
    let provider = Provider::start().await;
    let (site, mut page) = follow("The result in your form", &provider).await;
    page.drop_photo(&sample("coffee")).await;
    page.send().await;
    page.within("form");
    page.click("form > button").await;
    page.until("the form has arrived", || async { site.posted().into_iter().next() }).await;
    let picture = png(320, 240, [240, 160, 60]);
    let body = site.posted().remove(0);
    assert!(body.windows(picture.len()).any(|part| part == picture), "not the provider's picture");
}

#[tokio::test]
async fn a_site_uploads_by_itself() {
    let provider = Provider::start().await;
    let (site, page) = follow("Your own uploader", &provider).await;
    page.drop_photo(&sample("coffee")).await;
    page.send().await;
    page.until("the picture is uploaded", || async { site.posted().into_iter().next() }).await;
    assert_eq!(site.posted()[0], png(320, 240, [240, 160, 60]));
}

#[tokio::test]
async fn a_site_has_the_last_word() {
    let provider = Provider::start().await;
    let (_site, mut page) = follow("A last word before a photo leaves", &provider).await;
    page.drop_photo(&sample("coffee")).await;
    page.click("#send").await;
    page.within("body");
    page.click("#terms").await;
    assert!(provider.asked().is_empty(), "it was sent without consent");
    page.within("backdrop-studio");
    page.send().await;
    let asked = provider.wait_for_request(1).await.json();
    assert_eq!(asked["prompt"], "In a parking lot, in the style of our shop");
}

#[tokio::test]
async fn a_site_has_its_colours() {
    let provider = Provider::start().await;
    let (_site, page) = follow("Your colours", &provider).await;
    page.gone(".header").await;
    let button = page.find("#send").await;
    let colour = button.css_value("background-color").await.expect("its colour");
    assert!(colour.contains("138, 59, 18"), "{colour}");
    page.screenshot("recipe-colours").await;
}

#[tokio::test]
async fn a_site_gives_the_photo() {
    let provider = Provider::start().await;
    let (_site, page) = follow("A photo of your own", &provider).await;
    page.wait_for_text("#photo-facts", "×").await;
    page.send().await;
    assert_eq!(provider.asked().len(), 1);
}

/// The policy of the page is the one that every site of these tests is served under.
#[test]
fn the_policy_is_the_one_that_is_tested() {
    let (_, text) = PAGE.split_once("### A strict Content-Security-Policy").expect("it is there");
    let block = text.split("```").nth(1).expect("its block");
    let said = block.split_whitespace().collect::<Vec<_>>().join(" ");
    // The provider of the tests is on this machine, and forms are posted.
    let tested =
        journeys::STRICT.replace(" http://127.0.0.1:*", "").replace("form-action 'self'; ", "");
    assert_eq!(said, tested.split_whitespace().collect::<Vec<_>>().join(" "));
}
