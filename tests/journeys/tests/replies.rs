//! Every reply that holds a picture, or says where one is, becomes that picture; every bad one
//! becomes words.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail as the tests themselves do"
)]

use backdrop_contract::KEY_HEADER;
use journeys::{Answer, Browser, Job, JobShape, Provider, Relay, STRICT, Site, png, sample, site};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// What the console has of a policy that forbids a picture: from the browser, and from the watch.
const BREACH: [&str; 2] = ["Content Security Policy", "Content-Security-Policy"];

/// A page whose own server plays every answer.
async fn open(provider: &Provider) -> Browser {
    Browser::with_photo(provider.origin(), &sample("coffee")).await
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.encode(bytes)
}

#[tokio::test]
async fn every_reply_with_a_picture_is_shown() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    let bytes = png(320, 240, [240, 160, 60]);
    let text = base64(&bytes);
    let data = format!("data:image/png;base64,{text}");
    let job = |shape| Answer::job(shape, Answer::picture());
    let at = |json| Answer::at("pictures", json);
    let relative = Answer::Job(Job {
        shape: JobShape::Segmind,
        polls: 1,
        relative: true,
        end: Box::new(at(json!({ "output": "URL" }))),
    });
    let answers = [
        ("bytes", Answer::picture()),
        ("a wrong type", Answer::Bytes(200, "text/html", bytes.clone())),
        ("a wrong picture's type", Answer::Bytes(200, "image/jpeg", bytes.clone())),
        ("no type of use", Answer::Bytes(201, "application/octet-stream", bytes)),
        ("base64", Answer::Json(200, json!({ "image": text }))),
        ("base64 in lines", Answer::Json(200, json!({ "image": in_lines(&text) }))),
        ("base64 as a data URL", Answer::Json(200, json!({ "output": data }))),
        ("a data URL in a list", Answer::Json(200, json!({ "images": [{ "url": data }] }))),
        ("large base64", Answer::Json(200, json!({ "image": base64(&provider::noise(512, 512)) }))),
        (
            "JSON of a wrong type",
            Answer::Text(200, "image/png", json!({"image": text}).to_string()),
        ),
        ("output", at(json!({ "output": "URL" }))),
        ("outputs", at(json!({ "output": ["URL"] }))),
        ("url", at(json!({ "url": "URL" }))),
        ("image_url", at(json!({ "image_url": "URL", "message": "done" }))),
        ("result.image_url", at(json!({ "result": { "image_url": "URL", "seed": 3 } }))),
        ("images", at(json!({ "images": [{ "url": "URL", "width": 320 }], "seed": 3 }))),
        ("a job of Segmind's", job(JobShape::Segmind)),
        ("a job of Bria's", Answer::job(JobShape::Bria, at(json!({"result":{"image_url":"URL"}})))),
        ("a job of fal's", Answer::job(JobShape::Fal, at(json!({ "images": [{ "url": "URL" }] })))),
        ("a relative job", relative),
    ];
    let count = answers.len();
    for (what, answer) in answers {
        provider.answers(answer);
        page.send().await;
        let facts = page.text("#facts").await;
        let size = if what == "large base64" { "512 × 512" } else { "320 × 240" };
        assert!(facts.starts_with(&format!("{size} · PNG")), "{what}: {facts}");
        page.wait_for_text("#status", "The picture is ready").await;
        assert!(page.all("#failure").await.is_empty(), "{what}");
    }
    assert_eq!(provider.asked().len(), count);
    let (file, _) = page.download().await;
    assert_eq!(file.file_name().unwrap(), "coffee-backdrop.png");
    page.assert_quiet().await;
}

fn in_lines(text: &str) -> String {
    let lines: Vec<_> =
        text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\r\n")
}

#[tokio::test]
async fn what_was_told_beside_a_picture_is_there_for_who_looks() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    let told =
        json!({ "result": { "image_url": "URL", "seed": 77, "refined_prompt": "Oak, dusk" } });
    provider.answers(Answer::at("pictures", told));
    page.send().await;
    page.shown(".told summary").await;
    page.click(".told summary").await;
    let text = page.wait_for_text(".told", "refined: Oak, dusk").await;
    for line in [
        "Credits left: 12.5",
        "Cost in credits: 0.05",
        "Seconds at the provider: 8.1",
        "Request: play-1",
        "Seed: 77",
    ] {
        assert!(text.contains(line), "no `{line}` in: {text}");
    }
    page.screenshot("details").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_picture_that_pages_may_not_read_is_shown_and_can_be_opened() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let elsewhere = Provider::start().await;
    let page = open(&provider).await;
    let closed = elsewhere.picture_in("closed");
    provider.answers(Answer::Json(200, json!({ "output": closed })));
    page.send().await;
    page.wait_for_text("#made-by", "may show it but not read it").await;
    assert!(page.text("#facts").await.starts_with("320 × 240"));
    assert_eq!(page.property("#open", "href").await, closed);
    assert_eq!(page.property("#open", "rel").await, "noopener noreferrer");
    assert!(page.all("#download").await.is_empty());
    page.screenshot("shown-only").await;
    // Sent on as it is: by its address.
    page.click("#use-as-photo").await;
    page.wait_for_text("fieldset .photo b", "cup.png").await;
    page.send().await;
    assert_eq!(provider.asked().last().unwrap().json()["image"], closed);

    let gone = elsewhere.picture_in("gone");
    provider.answers(Answer::Json(200, json!({ "output": gone })));
    let text = page.send_in_vain("The picture was made, but cannot be shown here").await;
    assert!(text.contains("Model not found"), "{text}");
    assert_eq!(page.property("#failure #open", "href").await, gone);
    for asked in elsewhere.fetched() {
        assert_eq!(asked.header("referer"), "", "{}", asked.path);
    }
    page.assert_quiet_but_for(&["CORS policy", "net::ERR_FAILED", "status of 404"]).await;
}

#[tokio::test]
async fn where_a_policy_forbids_it_the_address_is_still_given() {
    let provider = Provider::start().await;
    let elsewhere = Provider::start().await;
    let relay = Relay::with_key("SG_test", provider.origin()).start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    let url = elsewhere.picture_in("pictures");
    provider.answers(Answer::Json(200, json!({ "output": url })));
    page.send_in_vain("The picture was made, but cannot be shown here").await;
    assert_eq!(page.property("#failure #open", "href").await, url);
    assert!(elsewhere.fetched().is_empty());
    // It was tried: only that tells what a policy allows.
    page.assert_quiet_but_for(&BREACH).await;
}

#[tokio::test]
async fn a_picture_that_the_policy_lets_a_page_only_show_is_shown() {
    let (provider, elsewhere) = (Provider::start().await, Provider::start().await);
    let tag = format!("<backdrop-studio endpoint='{}'></backdrop-studio>", provider.endpoint());
    let site = Site::start(&tag).await;
    let policy = STRICT.replace("data:;", "data: http://127.0.0.1:*;").replace(
        "connect-src 'self' http://127.0.0.1:*",
        &format!("connect-src 'self' {}", provider.origin()),
    );
    site.policy(&policy);
    let page = Browser::start().await;
    page.goto(site.origin()).await;
    page.drop_photo(&sample("coffee")).await;
    let url = elsewhere.picture_in("pictures");
    provider.answers(Answer::Json(200, json!({ "output": url })));
    page.send().await;
    page.wait_for_text("#made-by", "open it and save it from there").await;
    page.wait_for_text("#facts", "320 × 240").await;
    assert_eq!(page.property("#open", "href").await, url);
    page.screenshot("shown-by-policy").await;
    page.assert_quiet_but_for(&BREACH).await;
}

#[tokio::test]
async fn an_operator_names_where_pictures_may_be_read() {
    let (provider, elsewhere) = (Provider::start().await, Provider::start().await);
    let relay = Relay::with_key("SG_test", provider.origin()).arg("--pictures-from");
    let relay = relay.arg(elsewhere.origin()).start();
    let page = Browser::with_photo(relay.url(), &sample("coffee")).await;
    let url = elsewhere.picture_in("pictures");
    provider.answers(Answer::Json(200, json!({ "output": url })));
    let (_, pixels) = page.make().await;
    assert_eq!(pixels.size(), (320, 240));
    page.assert_quiet().await;
}

#[tokio::test]
async fn the_key_goes_to_the_endpoints_own_host_only() {
    let here = Provider::start_with_site(&site(), 60).await;
    let (endpoint, elsewhere) = (Provider::start().await, Provider::start().await);
    let page = open(&here).await;
    page.use_key(&endpoint.endpoint(), "SG_mine").await;

    endpoint.answers(Answer::job(JobShape::Segmind, Answer::at("pictures", json!({"url":"URL"}))));
    page.send().await;
    let fetched = endpoint.fetched();
    let (polls, pictures): (Vec<_>, Vec<_>) =
        fetched.iter().partition(|asked| asked.path.starts_with("/jobs/"));
    assert_eq!((polls.len(), pictures.len()), (3, 1));
    assert!(polls.iter().all(|asked| asked.header(KEY_HEADER) == "SG_mine"));
    assert!(pictures.iter().all(|asked| asked.header(KEY_HEADER).is_empty()));
    assert_eq!(endpoint.asked()[0].header("idempotency-key"), "", "a provider may refuse it");

    let end = Box::new(Answer::picture());
    let job = elsewhere.job(Job { shape: JobShape::Bria, polls: 1, relative: false, end });
    endpoint.answers(Answer::Json(202, json!({ "status": "IN_PROGRESS", "status_url": job })));
    page.send().await;
    assert_eq!(elsewhere.fetched().len(), 2);
    assert!(elsewhere.fetched().iter().all(|asked| asked.header(KEY_HEADER).is_empty()));
    page.assert_quiet().await;
}

#[tokio::test]
async fn progress_is_told_where_the_length_is_known() {
    let provider = Provider::start_plain_site(&site(), 60).await;
    let page = open(&provider).await;
    let pause = Duration::from_millis(250);
    provider.answers(Answer::Pieces { count: 12, pause, length: true });
    page.click("#send").await;
    let text = page.wait_for_text(".phase span", " KB of ").await;
    assert!(text.starts_with("Receiving the picture: ") && text.ends_with(" KB"), "{text}");
    page.screenshot("receiving").await;
    page.shown("#result").await;
    provider.answers(Answer::Pieces { count: 12, pause, length: false });
    page.click("#send").await;
    let text = page.wait_for_text(".phase span", "Receiving the picture: ").await;
    assert!(!text.contains(" of "), "{text}");
    page.gone(".phase").await;
    page.assert_quiet().await;
}

#[tokio::test]
async fn a_job_says_how_it_stands() {
    let provider = Provider::start_with_site(&site(), 60).await;
    let page = open(&provider).await;
    provider.answers(Answer::job(JobShape::Fal, Answer::picture()));
    page.click("#send").await;
    page.wait_for_text(".phase", "In the queue").await;
    page.screenshot("queued").await;
    page.wait_for_text(".phase", "Making the picture").await;
    page.shown("#result").await;

    // One that fails, in its own words; and one that is left.
    let failed = Answer::Json(200, json!({ "status": "FAILED", "message": "worker died" }));
    provider.answers(Answer::job(JobShape::Segmind, failed));
    let text = page.send_in_vain("The provider began and could not finish").await;
    assert!(text.contains("worker died") && text.contains("billed"), "{text}");
    let long =
        Job { shape: JobShape::Bria, polls: 999, relative: false, end: Answer::picture().into() };
    provider.answers(Answer::Job(long));
    page.click("#send").await;
    provider.wait_for_request(3).await;
    page.click("#cancel").await;
    page.wait_for_text("#notice", "Stopped").await;
    assert!(page.has_focus("#send").await);
    assert_eq!(page.left_to_fetch().await, 0);
    page.assert_quiet().await;
}

/// The files of `tests/replies`: name, failure, answer. Those that are sent again by themselves would
/// take a quarter of an hour; each kind of them has a journey of its own.
fn bad_replies() -> Vec<(String, String, Answer)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../replies");
    let mut replies = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = std::fs::read(&path).unwrap();
        let end = file.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let head = String::from_utf8(file[..end].to_vec()).unwrap();
        let (first, kind) = head.split_once('\n').unwrap();
        let (status, failure) = first.split_once(' ').unwrap();
        let status: u16 = status.parse().unwrap();
        if [500, 502, 503].contains(&status) {
            continue;
        }
        let kind: &'static str = kind.to_owned().leak();
        let answer = Answer::Bytes(status, kind, file[end + 2..].to_vec());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        replies.push((name, failure.to_owned(), answer));
    }
    replies.sort_by(|one, other| one.0.cmp(&other.0));
    replies
}

#[tokio::test]
async fn no_bad_reply_is_taken_for_a_picture_or_stops_the_page() {
    let here = Provider::start_with_site(&site(), 60).await;
    let provider = Provider::start().await;
    let page = open(&here).await;
    // With a key, so that nobody is asked what came of it.
    page.use_key(&provider.endpoint(), "SG_mine").await;
    let replies = bad_replies();
    assert!(replies.len() >= 60, "{}", replies.len());
    for (at, (name, failure, answer)) in replies.into_iter().enumerate() {
        provider.answers(answer);
        page.click("#send").await;
        provider.wait_for_request(at + 1).await;
        let text = page
            .until(&format!("{name} is told"), || async {
                let text = page.all("#failure b").await.first()?.text().await.ok()?;
                (!page.is_busy().await).then_some(text)
            })
            .await;
        let title = title(&failure);
        assert!(text.contains(title), "{name} should say `{title}` and says `{text}`");
        let all = page.text("#failure").await;
        assert!(!all.contains("<html") && !all.contains('\0'), "{name}: {all}");
        assert!(page.all(".strip li").await.is_empty(), "{name} is taken for a picture");
    }
    assert_eq!(page.property("#seed", "value").await, "1234");
    page.photo_is("coffee.jpg").await;
    page.send().await;
    page.assert_quiet_but_for(&["the server responded with a status of"]).await;
}

/// How the words for a failure begin.
fn title(failure: &str) -> &'static str {
    match failure {
        "Unreadable" => "holds no picture",
        "Cut" => "came only in part",
        "JobFailed" => "could not finish",
        "BadRequest" => "refused a setting",
        "Key" => "key is missing or not valid",
        "Credits" => "No credits",
        "Forbidden" => "not allowed",
        "NotFound" => "no such endpoint",
        "NotEndpoint" => "takes no photos",
        "Retired" => "was retired",
        "TooLarge" => "too large",
        "Unsupported" => "not supported",
        "Refused" => "refused the request",
        "Rejected" => "turned down",
        "Server" => "had a fault",
        "Timeout" => "gave no answer in time",
        other => panic!("no such failure: {other}"),
    }
}
