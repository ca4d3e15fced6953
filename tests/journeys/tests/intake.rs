//! All the ways in for a photo, and what is turned away at the door.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use journeys::{Browser, Provider, Relay, file, photo, sample};

async fn open(relay: &Relay) -> Browser {
    let page = Browser::start().await;
    page.open_studio(relay.url()).await;
    page
}

#[tokio::test]
async fn a_photo_comes_by_input_sample_drop_and_paste() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.pick_files("#photo-file", &[sample("cat")]).await;
    page.photo_is("cat.jpg").await;
    page.pick_files("#image", &[sample("astronaut")]).await;
    page.photo_is("astronaut.jpg").await;
    page.wait_for_text("#photo-facts", "512 × 512").await;

    for name in ["coffee", "cat", "astronaut"] {
        // A reload would bring the photo back.
        page.click("#reset").await;
        page.click(&format!(".samples img[src$='{name}-small.jpg']")).await;
        page.photo_is(&format!("{name}.jpg")).await;
    }

    // Beside the stage too: the browser would open the file instead of the page.
    page.hold_files_over(".panel", &[sample("coffee")]).await;
    page.find(".dropping").await;
    page.drop_files(".panel", &[sample("coffee")]).await;
    page.photo_is("coffee.jpg").await;
    page.drop_files(".header", &[sample("cat"), sample("coffee")]).await;
    page.wait_for_text("fieldset .photo", "2 photos in the queue").await;
    page.click("#queue-clear").await;
    page.photo_is("coffee.jpg").await;
    assert!(page.all(".dropping").await.is_empty());
    let url = page.client().current_url().await.unwrap();
    assert_eq!(url.as_str(), format!("{}/", relay.url()));

    copy_picture(&page).await;
    page.press("ctrl+v").await;
    page.photo_is("image.png").await;
    assert_eq!(page.text("#photo-facts").await.split(" · ").next(), Some("40 × 30"));
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_text_is_pasted_as_text() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.drop_photo(&sample("cat")).await;
    page.retype("#prompt", "on a beach").await;
    for chord in ["ctrl+a", "ctrl+c", "end", "ctrl+v"] {
        page.press(chord).await;
    }
    assert_eq!(page.property("#prompt", "value").await, "on a beachon a beach");
    page.photo_is("cat.jpg").await;
    page.assert_quiet().await;
}

/// Puts a small picture into the clipboard, as another program would.
async fn copy_picture(page: &Browser) {
    page.allow_clipboard().await;
    let script = "
        const bytes = Uint8Array.from(atob(arguments[0]), (char) => char.codePointAt(0));
        const blob = new Blob([bytes], { type: 'image/png' });
        return navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]).then(() => 1);";
    let picture = BASE64_STANDARD.encode(journeys::png(40, 30, [90, 160, 200]));
    page.run(script, vec![picture.into()]).await;
}

#[tokio::test]
async fn what_is_no_photo_is_turned_away_by_its_first_bytes() {
    let relay = Relay::without_key().start();
    let page = open(&relay).await;
    page.drop_photo(&sample("cat")).await;
    let gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!";
    let heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1";
    for (file, says) in [
        (file("cut.gif", gif), "cut.gif is GIF"),
        (file("renamed.jpg", b"Dear diary, this is no photo."), "renamed.jpg is not a picture"),
        (file("phone.jpg", heic), "phone.jpg is HEIC"),
        (file("nothing.png", b""), "nothing.png is empty"),
    ] {
        page.drop_files(".stage", std::slice::from_ref(&file)).await;
        page.wait_for_text("#notice", says).await;
        page.find("[role=alert] #notice").await;
        page.photo_is("cat.jpg").await;
        page.shown("#photo").await;
        page.click("#notice button").await;
        page.gone("#notice").await;
        assert_ne!(page.focused().await, "", "the focus is lost with the notice");
        page.pick_files("#image", &[file]).await;
        page.wait_for_text("#notice", says).await;
    }
    page.screenshot("refused").await;
    // What the name says does not matter either way.
    let mislabelled = file("photo.txt", &std::fs::read(photo("small.png", 40, 30)).unwrap());
    page.drop_files(".stage", &[mislabelled]).await;
    page.photo_is("photo.txt").await;
    page.gone("#notice").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn an_address_is_sent_as_it_is() {
    let provider = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = open(&relay).await;
    page.type_into("#photo-address", "ftp://127.0.0.1/cup.jpg").await;
    page.click(".welcome .address button").await;
    page.wait_for_text("#notice", "should start with https://").await;
    page.shown(".welcome").await;
    // Nobody listens there: the page says that it cannot show it, and sends it all the same.
    let address = "https://127.0.0.1:9/shop/cup.jpg?size=large";
    page.retype("#photo-address", address).await;
    page.press("enter").await;
    page.wait_for_text("fieldset .photo b", "cup.jpg").await;
    page.wait_for_text("#notice", "cup.jpg cannot be shown").await;
    page.send().await;
    assert_eq!(provider.wait_for_request(1).await.json()["image"], address);
    page.assert_quiet_but_for(&["net::ERR_"]).await;
}
