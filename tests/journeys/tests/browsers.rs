//! What the tag promises, in each browser, under the strict policy, which nothing breaches: a real
//! file is picked and sent by keyboard alone, and the picture is posted. The element's properties,
//! events, form and ways of not loading have each their own file, and run in each browser too.

use journeys::{Browser, Kind, Provider, Site, in_each_browser, png, sample};

in_each_browser!(a_file_is_picked_and_sent_by_keyboard, the_picture_is_posted_with_its_form);

async fn open(kind: Kind, site: &Site) -> Browser {
    let page = Browser::start_as(kind).await;
    page.goto(&format!("{}/", site.origin())).await;
    page
}

async fn pick(page: &Browser) {
    page.shown("#send").await;
    page.pick_files("#photo-file", &[sample("coffee")]).await;
    page.photo_is("coffee.jpg").await;
}

async fn a_file_is_picked_and_sent_by_keyboard(kind: Kind) {
    let provider = Provider::start().await;
    let tag = format!("<backdrop-studio endpoint={}></backdrop-studio>", provider.endpoint());
    let site = Site::start(&tag).await;
    let page = open(kind, &site).await;
    pick(&page).await;
    page.retype("#prompt", "on a beach").await;
    page.press("ctrl+enter").await;
    page.shown("#result").await;
    page.screenshot("browsers").await;
    let asked = provider.wait_for_request(1).await.json();
    assert_eq!(asked["prompt"], "on a beach");
    assert!(asked["image"].as_str().is_some_and(|image| image.len() > 1000));
    page.assert_quiet_but_for(&["healthz"]).await;
}

async fn the_picture_is_posted_with_its_form(kind: Kind) {
    let provider = Provider::start().await;
    let form = format!(
        "<form method=post action=/order enctype=multipart/form-data>
           <backdrop-studio name=picture required endpoint={}></backdrop-studio>
           <button id=order>Order</button>
         </form>",
        provider.endpoint()
    );
    let site = Site::start(&form).await;
    let mut page = open(kind, &site).await;
    pick(&page).await;
    page.within("form");
    page.click("#order").await;
    page.within("backdrop-studio");
    page.click("#send").await;
    page.shown("#result").await;
    assert!(site.posted().is_empty(), "a required picture was missing");
    page.within("form");
    page.click("#order").await;
    page.until("the form has arrived", || async { site.posted().into_iter().next() }).await;
    let body = site.posted().remove(0);
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains("name=\"picture\"; filename=\"coffee-backdrop.png\""), "{text:.400}");
    let picture = png(320, 240, [240, 160, 60]);
    assert!(body.windows(picture.len()).any(|part| part == picture), "not the provider's picture");
}
