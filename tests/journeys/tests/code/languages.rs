//! Every language, for every host, executed against the playing provider.

use crate::run::Desk;
use backdrop_contract::{Call, Dialect, Format, Language, Picture, Request, snippet};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use journeys::{Answer, Asked, Provider, png};
use serde_json::{Value, json};

/// Words that try to get out of their quotes, in every language.
const HOSTILE: &str = "it's \"so\" $(exit 9) `exit 9` ${HOME} %s \\ \\u0022 \\\n\r\t\0 </pre> \u{202e}\u{2028}\u{feff} é 😀 {} '; exit 9 #";

/// A name that a photo may well have on a disk.
const NAME: &str = "-my \"dog's\" $HOME `é`.png";

fn photo() -> Vec<u8> {
    png(64, 48, [90, 160, 200])
}

fn request() -> Request {
    let json = json!({
        "prompt": HOSTILE, "negative_prompt": "", "seed": 2_147_483_647_i64, "fast": false,
        "refine_prompt": false, "original_quality": true,
    });
    serde_json::from_value(json).unwrap()
}

/// The field of the body under the name that this host has for it.
fn field<'a>(asked: &'a Value, dialect: Dialect, name: &str) -> &'a Value {
    let name = backdrop_contract::Name::of(name).unwrap();
    &asked[dialect.wire(name).unwrap()]
}

fn assert_asked(asked: &Asked, dialect: Dialect, language: Language) {
    let host = dialect.host();
    let body = asked.json();
    assert_eq!(asked.path, host.path, "{language:?}");
    assert_eq!(asked.header(host.key_header), dialect.key_value("SG_of_the_snippet"));
    assert_eq!(asked.header("content-type"), "application/json", "{language:?}");
    assert_eq!(field(&body, dialect, "prompt"), HOSTILE, "{language:?}");
    assert_eq!(field(&body, dialect, "seed"), 2_147_483_647_i64);
    assert_eq!(field(&body, dialect, "refine_prompt"), false);
    let base64 = BASE64_STANDARD.encode(photo());
    assert_eq!(field(&body, dialect, "image"), &dialect.picture(&base64), "{language:?}");
    // The same body whatever the language: the page's own, with the picture in it.
    let mut whole = request();
    whole.set(backdrop_contract::Name::Image, Some(backdrop_contract::Value::Text(base64)));
    assert_eq!(body, serde_json::to_value(dialect.fields(&whole)).unwrap(), "{language:?}");
}

/// The picture out of what the bare JSON is answered with.
async fn unwrapped(language: Language, dialect: Dialect, answer: Vec<u8>) -> Vec<u8> {
    if language != Language::Json || dialect == Dialect::Segmind {
        return answer;
    }
    let json: Value = serde_json::from_slice(&answer).unwrap();
    match dialect {
        Dialect::Fal => {
            let url = json["images"][0]["url"].as_str().unwrap();
            BASE64_STANDARD.decode(url.split_once(',').unwrap().1).unwrap()
        }
        _ => {
            let url = json["result"]["image_url"].as_str().unwrap().to_owned();
            let got = tokio::process::Command::new("curl").args(["--silent", &url]).output();
            got.await.unwrap().stdout
        }
    }
}

async fn every_language(dialect: Dialect) {
    let provider = Provider::start().await;
    let address = format!("{}{}", provider.origin(), dialect.host().path);
    let request = request();
    let desk = Desk::new().with(NAME, &photo());
    let call = Call {
        dialect,
        address: &address,
        with_key: true,
        request: &request,
        image: Picture::File(NAME, Format::Png),
        references: &[],
    };
    let picture = png(320, 240, [240, 160, 60]);
    for (at, language) in Language::ALL.into_iter().enumerate() {
        let code = snippet(&call, language);
        let ran = tokio::task::block_in_place(|| desk.run(language, &code, dialect, &address));
        assert!(ran.succeeded, "{language:?}: {}\n{code}", ran.said);
        assert_asked(&provider.asked()[at], dialect, language);
        let got = unwrapped(language, dialect, ran.picture.expect("a file")).await;
        assert!(got == picture, "{language:?}: another picture; {}", ran.said);
    }
    assert_eq!(provider.asked().len(), Language::ALL.len(), "each snippet asks once");
}

#[tokio::test(flavor = "multi_thread")]
async fn segmind_in_every_language() {
    every_language(Dialect::Segmind).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bria_in_every_language() {
    every_language(Dialect::BriaV2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fal_in_every_language() {
    every_language(Dialect::Fal).await;
}

/// Where a host takes several references, they are a list.
#[tokio::test(flavor = "multi_thread")]
async fn several_references() {
    let provider = Provider::start().await;
    let dialect = Dialect::BriaV2;
    let address = format!("{}{}", provider.origin(), dialect.host().path);
    let request = Request::default();
    let desk = Desk::new().with("like this.png", &photo());
    let like = Picture::File("like this.png", Format::Png);
    let call = Call {
        dialect,
        address: &address,
        with_key: true,
        request: &request,
        image: like,
        references: &[like, Picture::Url("https://a.example/b.png")],
    };
    // Plain JSON names its files in words.
    for language in Language::ALL.into_iter().filter(|language| *language != Language::Json) {
        let code = snippet(&call, language);
        let run = || desk.run(language, &code, dialect, &address);
        let ran = tokio::task::block_in_place(run);
        assert!(ran.succeeded, "{language:?}: {}\n{code}", ran.said);
        let asked = provider.asked().pop().unwrap();
        let expected = json!([BASE64_STANDARD.encode(photo()), "https://a.example/b.png"]);
        assert_eq!(asked.json()["ref_images"], expected, "{language:?}");
    }
}

/// With a reference by file and a photo by address, and without a key, as a site's own endpoint.
#[tokio::test(flavor = "multi_thread")]
async fn references_and_addresses_and_no_key() {
    let provider = Provider::start().await;
    let address = provider.endpoint();
    let request = Request::default();
    let desk = Desk::new().with("like this.png", &photo());
    let call = Call {
        dialect: Dialect::Segmind,
        address: &address,
        with_key: false,
        request: &request,
        image: Picture::Url("https://a.example/it's%20a.png?x=$HOME&y=\"1\""),
        references: &[Picture::File("like this.png", Format::Png)],
    };
    let expected = json!({
        "image": "https://a.example/it's%20a.png?x=$HOME&y=\"1\"",
        "ref_images": BASE64_STANDARD.encode(photo()),
    });
    for language in Language::ALL {
        let code = snippet(&call, language);
        assert!(!code.contains("KEY"), "{code}");
        let run = || desk.run(language, &code, Dialect::Segmind, &address);
        let ran = tokio::task::block_in_place(run);
        assert!(ran.succeeded, "{language:?}: {}\n{code}", ran.said);
        let asked = provider.asked().pop().unwrap();
        assert_eq!(asked.json(), expected, "{language:?}");
        let has_key = asked.headers.contains_key("x-api-key");
        assert_eq!(has_key, language == Language::Json, "only the test's own curl sends one");
    }
}

/// A failure says status and body, and leaves no picture behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_told() {
    let provider = Provider::start().await;
    let request = request();
    let desk = Desk::new().with("cup.png", &photo());
    for dialect in Dialect::ALL {
        let address = format!("{}{}", provider.origin(), dialect.host().path);
        let call = Call {
            dialect,
            address: &address,
            with_key: true,
            request: &request,
            image: Picture::File("cup.png", Format::Png),
            references: &[],
        };
        for language in Language::ALL {
            let code = snippet(&call, language);
            for (answer, status, body) in [
                (Answer::BadKey, "401", "Invalid API key"),
                (Answer::BadGateway, "502", "502 Bad Gateway"),
                (Answer::Json(200, json!({ "error": "CUDA out of memory" })), "200", "CUDA"),
            ] {
                if language == Language::Json && status == "200" {
                    continue;
                }
                provider.answers(answer);
                let run = || desk.run(language, &code, dialect, &address);
                let ran = tokio::task::block_in_place(run);
                let said = ran.said.contains(status) && ran.said.contains(body);
                assert!(said, "{language:?} at {dialect:?}: {}\n{code}", ran.said);
                assert!(!ran.succeeded && ran.picture.is_none(), "{language:?}: {}", ran.said);
            }
        }
    }
}
