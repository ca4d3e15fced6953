//! The element in a real form: its value is the picture, as a file.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use journeys::{Answer, Browser, Kind, Provider, Site, in_each_browser, png, sample};
use serde_json::{Value, json};

in_each_browser!(
    a_required_picture_is_asked_for_and_then_posted,
    the_value_is_what_is_seen_and_goes_with_a_reset,
    a_disabled_fieldset_disables_it_and_its_label_leads_into_it,
    what_was_typed_and_chosen_is_there_again_after_going_back,
);

async fn open(kind: Kind, provider: &Provider) -> (Site, Browser) {
    let site = Site::start("").await;
    site.page(
        "/",
        &format!(
            "<form method=post enctype=multipart/form-data action=/order>
               <label id=label for=picture>The picture</label>
               <input name=note value=hello>
               <fieldset id=set>
                 <backdrop-studio id=picture name=picture required prompt='On oak'
                   endpoint='{}'></backdrop-studio>
               </fieldset>
               <button id=order>Order</button><button id=clear type=reset>Clear</button>
             </form>",
            provider.endpoint()
        ),
    );
    let page = Browser::start_as(kind).await;
    page.goto(site.origin()).await;
    page.shown("#send").await;
    (site, page)
}

/// A click on what stands outside of the element. WebKit's driver fails where a click leaves the page,
/// so there the button is pressed by a script.
async fn click(page: &mut Browser, css: &str) {
    if page.kind() == Kind::WebKit {
        page.run("document.querySelector(arguments[0]).click()", vec![css.into()]).await;
        return;
    }
    page.within("body");
    page.click(css).await;
    page.within("backdrop-studio");
}

async fn is(page: &Browser, state: &str) {
    let script = format!("return studio.matches(':state({state})')");
    page.until(&format!("its state is {state}"), || async {
        (page.ask_studio(&script).await == true).then_some(())
    })
    .await;
}

/// The headers and the content of a part of a form.
fn part(body: &[u8], name: &str) -> Option<(String, Vec<u8>)> {
    let find = |text: &[u8], wanted: &[u8]| text.windows(wanted.len()).position(|at| at == wanted);
    let boundary = &body[..find(body, b"\r\n")?];
    let mut rest = body;
    while let Some(start) = find(rest, boundary) {
        rest = &rest[start + boundary.len()..];
        let part = &rest[..find(rest, boundary)?];
        let end = find(part, b"\r\n\r\n")?;
        let headers = String::from_utf8_lossy(&part[..end]).into_owned();
        if headers.contains(&format!("name=\"{name}\"")) {
            return Some((headers, part[end + 4..part.len() - 2].to_vec()));
        }
    }
    None
}

async fn a_required_picture_is_asked_for_and_then_posted(kind: Kind) {
    let provider = Provider::start().await;
    let (site, mut page) = open(kind, &provider).await;
    is(&page, "empty").await;
    let states = "return [studio.type, studio.form === document.forms[0], studio.willValidate,
        studio.validity.valueMissing, studio.checkValidity(), studio.labels.length, studio.value,
        studio.name, studio.required, document.forms[0].elements.length]";
    let before = page.ask_studio(states).await;
    assert_eq!(
        before,
        json!(["backdrop-studio", true, true, true, false, 1, null, "picture", true, 5])
    );
    let message = page.ask_studio("return studio.validationMessage").await;
    assert!(message.as_str().unwrap().contains("choose a photo"), "{message}");

    click(&mut page, "#order").await;
    assert!(site.posted().is_empty(), "the browser holds the form back");
    let focused = page.run("return document.activeElement.id", vec![]).await;
    assert_eq!(focused, "picture", "and takes the person there");

    page.drop_photo(&sample("coffee")).await;
    page.send().await;
    is(&page, "done").await;
    assert_eq!(page.ask_studio("return studio.reportValidity()").await, true);
    click(&mut page, "#order").await;
    page.until("the form has come", || async { site.posted().pop() }).await;
    let body = site.posted().remove(0);
    assert_eq!(part(&body, "note").unwrap().1, b"hello");
    let (headers, content) = part(&body, "picture").unwrap();
    assert!(headers.contains("filename=\"coffee-backdrop.png\""), "{headers}");
    assert!(headers.contains("Content-Type: image/png"), "{headers}");
    assert_eq!(content, png(320, 240, [240, 160, 60]), "every byte as it came");
    // The answer is a page without an icon.
    page.assert_quiet_but_for(&["favicon"]).await;
}

async fn the_value_is_what_is_seen_and_goes_with_a_reset(kind: Kind) {
    let provider = Provider::start().await;
    let (_site, mut page) = open(kind, &provider).await;
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    page.seed(5).await;
    let other = Answer::Picture { width: 64, height: 48, colour: [10, 200, 90] };
    provider.answers(other);
    page.send().await;
    let size = "return createImageBitmap(studio.value).then((picture) => picture.width)";
    assert_eq!(page.ask_studio(size).await, 64);
    page.click(".strip li:first-child button").await;
    page.until("the first is the value again", || async {
        (page.ask_studio(size).await == 320).then_some(())
    })
    .await;

    provider.answers(Answer::Moderated);
    page.send_in_vain("422").await;
    is(&page, "error").await;

    page.retype("#prompt", "typed").await;
    click(&mut page, "#clear").await;
    page.shown(".welcome").await;
    is(&page, "empty").await;
    assert_eq!(page.property("#prompt", "value").await, "On oak", "as the page gave it");
    assert_eq!(page.property("#seed", "value").await, "1234");
    let after = "return [studio.value, studio.validity.valueMissing, new FormData(document.forms[0]).get('picture')]";
    assert_eq!(page.ask_studio(after).await, json!([null, true, null]));
    page.assert_quiet_but_for(&["status of 422"]).await;
}

async fn a_disabled_fieldset_disables_it_and_its_label_leads_into_it(kind: Kind) {
    let provider = Provider::start().await;
    let (_site, mut page) = open(kind, &provider).await;
    click(&mut page, "#label").await;
    page.until("the focus is inside", || async {
        (page.focused().await.contains("#photo-file")).then_some(())
    })
    .await;
    page.drop_photo(&sample("cat")).await;
    page.send().await;
    page.run("document.querySelector('#set').disabled = true", vec![]).await;
    page.find(".place[inert]").await;
    let off = "return [studio.matches(':disabled'), studio.willValidate,
        new FormData(document.forms[0]).get('picture')]";
    assert_eq!(page.ask_studio(off).await, json!([true, false, null]));
    // No key reaches what is inside.
    page.run("document.querySelector('input').focus()", vec![]).await;
    page.press("tab").await;
    let focused = page.run("return document.activeElement.id", vec![]).await;
    assert_eq!(focused, "order");
    page.run("document.querySelector('#set').disabled = false", vec![]).await;
    page.gone(".place[inert]").await;
    assert_eq!(
        page.ask_studio("return new FormData(document.forms[0]).get('picture').name").await,
        "cat-backdrop.png"
    );

    page.ask_studio("studio.disabled = true").await;
    page.find(".place[inert]").await;
    page.assert_quiet().await;
}

/// The picture that was made is not: only Firefox could give it back, as it is a file on no disk.
async fn what_was_typed_and_chosen_is_there_again_after_going_back(kind: Kind) {
    let provider = Provider::start().await;
    let (site, page) = open(kind, &provider).await;
    // Of a page that must not be stored Firefox keeps nothing.
    site.cache("no-cache");
    page.goto(site.origin()).await;
    page.shown("#send").await;
    site.page("/elsewhere", "<p id=elsewhere>Elsewhere");
    // Or the browser would keep the whole page, and nothing would have to be restored. WebKit keeps
    // it all the same.
    page.run("addEventListener('unload', () => {}); window.same = true", vec![]).await;
    page.drop_photo(&sample("coffee")).await;
    page.retype("#prompt", "In a forest").await;
    page.seed(77).await;
    page.goto(&format!("{}/elsewhere", site.origin())).await;
    page.client().back().await.unwrap();
    page.shown("#send").await;
    let same = page.run("return window.same ?? null", vec![]).await;
    assert!(kind == Kind::WebKit || same == Value::Null, "the page itself was kept");
    page.until("the prompt is there", || async {
        (page.property("#prompt", "value").await == "In a forest").then_some(())
    })
    .await;
    assert_eq!(page.property("#seed", "value").await, "77");
    page.photo_is("coffee.jpg").await;
    page.send().await;
    let sent = provider.wait_for_request(1).await.json();
    assert_eq!((&sent["prompt"], &sent["seed"]), (&json!("In a forest"), &json!(77)));
    assert!(sent["image"].as_str().unwrap().len() > 1000);
    page.assert_quiet().await;
}
