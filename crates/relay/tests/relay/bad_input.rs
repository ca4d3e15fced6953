//! A hundred requests that are wrong, as bytes on a socket: each is told what is wrong with it, in
//! the contract's shape, and none reaches the provider.

use crate::help::Relay;
use crate::provider::Provider;
use axum::http::StatusCode;
use backdrop_contract::{Name, PATH};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One request, the status it earns, and the start of the text.
struct Bad {
    name: String,
    bytes: Vec<u8>,
    status: u16,
    says: &'static str,
}

/// What a socket gives until it ends, after all bytes were sent.
async fn reply(host: &str, bytes: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(host).await.unwrap();
    let (mut reading, mut writing) = socket.split();
    // The relay may answer, and close, before it has read everything.
    let sending = async { drop(writing.write_all(bytes).await) };
    let mut all = Vec::new();
    let receiving = async {
        let mut piece = [0; 4096];
        while let Ok(Ok(length @ 1..)) =
            tokio::time::timeout(Duration::from_secs(20), reading.read(&mut piece)).await
        {
            all.extend_from_slice(&piece[..length]);
            if whole(&all) {
                break;
            }
        }
    };
    tokio::join!(sending, receiving);
    all
}

/// Whether a reply's head and its body are there.
fn whole(reply: &[u8]) -> bool {
    let text = String::from_utf8_lossy(reply);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| body.len() >= length.parse::<usize>().unwrap())
}

fn assert_told(bad: &Bad, reply: &[u8]) {
    let text = String::from_utf8_lossy(reply);
    let name = &bad.name;
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{name}: {text:?}"));
    assert!(head.starts_with(&format!("HTTP/1.1 {} ", bad.status)), "{name} gave {text}");
    for header in ["content-type: application/json", "x-content-type-options: nosniff"] {
        assert!(head.contains(header), "{name}: no {header} in {head}");
    }
    assert!(head.contains("x-request-id: "), "{name}: {head}");
    let json: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{name}: {body}"));
    let error = json["error"]["message"].as_str().unwrap();
    let field = json["error"]["field"].as_str();
    if let Some(parameter) = error.split_once(": ").and_then(|(start, _)| Name::of(start)) {
        assert_eq!(field, Some(parameter.wire()), "{name}: {json}");
    } else if bad.says == "the photo" {
        assert_eq!(field, Some("image"), "{name}: {json}");
    }
    assert_eq!(json.as_object().unwrap().len(), 1, "{name}: {json}");
    assert!(error.starts_with(bad.says), "{name}: `{error}` does not start `{}`", bad.says);
    assert!(error.len() <= 700, "{name}: {} bytes of text", error.len());
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{name}: more than one reply: {text}");
}

fn post(host: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Shapes that make two programs see different requests in the same bytes. Each carries a second
/// request inside, which must never be answered.
fn smuggled(host: &str) -> Vec<Bad> {
    let inner = format!("POST {PATH} HTTP/1.1\r\nhost: {host}\r\n\r\n");
    let head =
        format!("POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n");
    let length = inner.len();
    let both = "content-length and transfer-encoding";
    let (len, enc) = ("content-length: ", "transfer-encoding: ");
    let header = "a header must be one line of text";
    let first = "the request's first line";
    let line = "a line of the request's head ends";
    let raw = |name: &str, says, text: String| Bad {
        name: name.to_owned(),
        bytes: text.into_bytes(),
        status: 400,
        says,
    };
    let with = |name: &str, says, headers: &str| {
        raw(name, says, format!("{head}{headers}\r\n0\r\n\r\n{inner}"))
    };
    vec![
        with("CL.TE", both, "content-length: 5\r\ntransfer-encoding: chunked\r\n"),
        with("TE.CL", both, "transfer-encoding: chunked\r\ncontent-length: 5\r\n"),
        with("TE.TE", enc, "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n"),
        with("TE twice", enc, "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n"),
        with("TE: xchunked", enc, "transfer-encoding: xchunked\r\n"),
        with("TE: chunked, identity", enc, "transfer-encoding: chunked, identity\r\n"),
        with("TE: identity", enc, "transfer-encoding: identity\r\n"),
        with("TE: gzip, chunked", enc, "transfer-encoding: gzip, chunked\r\n"),
        with("TE with a tab inside", enc, "transfer-encoding: chun\tked\r\n"),
        with("TE quoted", enc, "transfer-encoding: \"chunked\"\r\n"),
        with("TE empty", enc, "transfer-encoding:\r\n"),
        with("TE before a colon's space", header, "transfer-encoding : chunked\r\n"),
        with("TE after a vertical tab", header, "transfer-encoding: \x0bchunked\r\n"),
        with("TE hidden by CR", header, "x: y\rtransfer-encoding: chunked\r\n"),
        with("CL twice, the same", len, &format!("content-length: {length}\r\n").repeat(2)),
        with("CL twice, not the same", len, "content-length: 5\r\ncontent-length: 6\r\n"),
        with("CL as a list", len, "content-length: 5, 5\r\n"),
        with("CL with a sign", len, "content-length: +5\r\n"),
        with("CL below zero", len, "content-length: -5\r\n"),
        with("CL in hex", len, "content-length: 0x5\r\n"),
        with("CL with a point", len, "content-length: 5.0\r\n"),
        with("CL empty", len, "content-length:\r\n"),
        with("CL beyond counting", len, "content-length: 18446744073709551616\r\n"),
        with("CL before a colon's space", header, "content-length : 5\r\n"),
        with("a folded header", header, "x: y\r\n z: w\r\n"),
        with("a folded CL", len, "content-length:\r\n 5\r\n"),
        with("a name with a space", header, "x y: z\r\n"),
        with("a header without a colon", header, "transfer-encoding\r\n"),
        with("a header without a name", header, ": chunked\r\n"),
        with("two hosts", "host: ", &format!("host: {host}\r\n")),
        with("NUL in a value", header, "x: a\0b\r\n"),
        with("NUL in a name", header, "x\0: a\r\n"),
        with("a name in brackets", header, "(x): a\r\n"),
        raw(
            "bare LF after the first line",
            line,
            format!("POST {PATH} HTTP/1.1\nhost: {host}\r\n\r\n"),
        ),
        raw(
            "bare LF after a header",
            line,
            format!("{head}x: y\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        ),
        raw("bare LF at the end", line, format!("{head}\n{inner}")),
        raw("no host", "host: ", format!("POST {PATH} HTTP/1.1\r\n\r\n")),
        raw("a space first", first, format!(" {inner}")),
        raw("two spaces", first, format!("POST  {PATH} HTTP/1.1\r\nhost: {host}\r\n\r\n")),
        raw("a tab for a space", first, format!("POST\t{PATH} HTTP/1.1\r\nhost: {host}\r\n\r\n")),
        raw("HTTP/0.9", first, format!("GET {PATH}\r\n\r\n")),
        raw("HTTP/1.2", first, format!("POST {PATH} HTTP/1.2\r\nhost: {host}\r\n\r\n")),
        raw("HTTP/2.0", first, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into()),
        raw("HTTP/1.10", first, format!("POST {PATH} HTTP/1.10\r\nhost: {host}\r\n\r\n")),
        raw("http/1.1", first, format!("POST {PATH} http/1.1\r\nhost: {host}\r\n\r\n")),
        raw(
            "a method with a slash",
            first,
            format!("PO/ST {PATH} HTTP/1.1\r\nhost: {host}\r\n\r\n"),
        ),
        raw(
            "TE in HTTP/1.0",
            enc,
            format!(
                "POST {PATH} HTTP/1.0\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
        ),
        raw("TLS", line, "\x16\x03\x01\x02\0\x01\0\n\n".into()),
        raw("noise", line, "\u{fffd}\u{fffd}\u{fffd}\n".into()),
    ]
}

/// Bodies in chunks that are none.
fn chunked(host: &str) -> Vec<Bad> {
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    let long = format!("2;{}\r\n{{}}\r\n0\r\n\r\n", "x".repeat(1 << 20));
    [
        ("a chunk's size with a sign", "+2\r\n{}\r\n0\r\n\r\n"),
        ("a chunk's size with 0x", "0x2\r\n{}\r\n0\r\n\r\n"),
        ("a chunk's size that is none", "zz\r\n{}\r\n0\r\n\r\n"),
        ("a chunk's size beyond counting", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ("a chunk longer than its size", "1\r\n{}\r\n0\r\n\r\n"),
        ("a chunk's line with bare LF", "2\n{}\r\n0\r\n\r\n"),
        ("a chunk's extension of a megabyte", &long),
    ]
    .map(|(name, body)| Bad {
        name: name.to_owned(),
        bytes: format!("{head}{body}").into_bytes(),
        status: 400,
        says: "the request's body",
    })
    .into()
}

/// Heads that are well formed and still not taken.
fn heads(host: &str) -> Vec<Bad> {
    let bad = |name: &str, status, says, text: String| Bad {
        name: name.to_owned(),
        bytes: text.into_bytes(),
        status,
        says,
    };
    let plain =
        |method: &str, path: &str| format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n\r\n");
    let long = "a".repeat(100_000);
    let many = "x: y\r\n".repeat(200);
    let json = "content-type: application/json\r\ncontent-length: 2\r\n";
    vec![
        bad("GET", 405, "this address takes POST", plain("GET", PATH)),
        bad("DELETE", 405, "this address takes POST", plain("DELETE", PATH)),
        bad("TRACE", 405, "this address takes POST", plain("TRACE", PATH)),
        bad("BREW", 405, "this address takes POST", plain("BREW", PATH)),
        bad("another endpoint", 404, "no such endpoint", plain("POST", "/v1/other")),
        bad("a path that climbs", 404, "no such endpoint", plain("POST", "/v1/../v1/x")),
        bad("a long path", 431, "", plain("POST", &format!("/v1/{long}"))),
        bad(
            "a long header",
            431,
            "",
            format!("POST {PATH} HTTP/1.1\r\nhost: {host}\r\nx: {long}\r\n\r\n"),
        ),
        bad("many headers", 431, "", format!("POST {PATH} HTTP/1.1\r\nhost: {host}\r\n{many}\r\n")),
        bad(
            "a foreign host",
            421,
            "this relay answers to",
            format!("POST {PATH} HTTP/1.1\r\nhost: evil.example\r\n{json}\r\n{{}}"),
        ),
        bad(
            "an empty host",
            421,
            "this relay answers to",
            format!("POST {PATH} HTTP/1.1\r\nhost:\r\n{json}\r\n{{}}"),
        ),
        bad(
            "no type",
            415,
            "content-type: ",
            format!("POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 2\r\n\r\n{{}}"),
        ),
        bad(
            "a form",
            415,
            "content-type: ",
            format!(
                "POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-type: multipart/form-data\r\ncontent-length: 2\r\n\r\n{{}}"
            ),
        ),
        bad(
            "gzip",
            415,
            "content-encoding: ",
            format!(
                "POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-encoding: gzip\r\n{json}\r\n{{}}"
            ),
        ),
        bad(
            "br",
            415,
            "content-encoding: ",
            format!(
                "POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-encoding: br\r\n{json}\r\n{{}}"
            ),
        ),
        bad(
            "gzip in gzip",
            415,
            "content-encoding: ",
            format!(
                "POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-encoding: gzip, gzip\r\n{json}\r\n{{}}"
            ),
        ),
        bad(
            "another site",
            403,
            "a page of another site",
            format!(
                "POST {PATH} HTTP/1.1\r\nhost: {host}\r\nsec-fetch-site: cross-site\r\n{json}\r\n{{}}"
            ),
        ),
    ]
}

/// JSON that the contract's table turns down: both kinds of relay know it before any work is done
/// or paid.
fn bodies() -> Vec<(String, Vec<u8>, &'static str)> {
    let mut all: Vec<(String, Vec<u8>, &'static str)> = Vec::new();
    let mut add = |name: &str, body: &[u8], says| all.push((name.to_owned(), body.to_vec(), says));
    // The reader of a stream and that of a whole body put it differently.
    let not_json = "the body";
    for (body, says) in [
        ("", not_json),
        ("{", not_json),
        ("{}{}", not_json),
        (r#"{"image":"YWI=",}"#, not_json),
        (r#"{"image":"YWI="} x"#, not_json),
        (r#"{'image':'YWI='}"#, not_json),
        (r#"{"image":"\ud800"}"#, "image: "),
        (r#"{"image":"a	b"}"#, "image: "),
        ("{\"image\":NaN}", "image: "),
        ("[]", "the body: "),
        ("7", "the body: "),
        ("null", "the body: "),
        ("{}", "image: "),
        (r#"{"image":null}"#, "image: "),
        (r#"{"image":{}}"#, "image: "),
        (r#"{"image":7}"#, "image: "),
        (r#"{"image":""}"#, "image: "),
        (r#"{"image":"YWI=","seed":"7"}"#, "seed: "),
        (r#"{"image":"YWI=","seed":-1}"#, "seed: "),
        (r#"{"image":"YWI=","seed":1e400}"#, "seed: "),
        (r#"{"image":"YWI=","seed":9007199254740993}"#, "seed: "),
        (r#"{"image":"YWI=","fast":"yes"}"#, "fast: "),
        (r#"{"image":"YWI=","prompt":7}"#, "prompt: "),
        (r#"{"image":"YWI=","prompt":""}"#, "prompt: "),
        (r#"{"image":"YWI=","ref_images":[]}"#, "ref_images: "),
        (r#"{"image":"YWI=","ref_images":[[]]}"#, "ref_images: "),
        (r#"{"image":"YWI=","promt":"sea"}"#, "promt: "),
        (r#"{"image":"YWI=","__proto__":{}}"#, "__proto__: "),
    ] {
        add(body, body.as_bytes(), says);
    }
    add("bad UTF-8", b"{\"image\":\"\xff\xfe\"}", "image: ");
    add("overlong UTF-8", b"{\"image\":\"YWI=\",\"prompt\":\"\xc0\xaf\"}", "prompt: ");
    add("UTF-16", b"\xff\xfe{\0}\0", not_json);
    add("a BOM", b"\xef\xbb\xbf{}", not_json);
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    add("deep lists", deep("[", "]").as_bytes(), "the body");
    add("deep objects", deep("{\"image\":", "}").as_bytes(), "image: ");
    add(
        "deep lists as the image",
        format!("{{\"image\":{}}}", deep("[", "]")).as_bytes(),
        "image: ",
    );
    add(
        "deep lists as a reference",
        format!("{{\"image\":\"YWI=\",\"ref_images\":{}}}", deep("[", "]")).as_bytes(),
        "ref_images: ",
    );
    let eleven = format!(r#"{{"image":"YWI=","ref_images":[{}]}}"#, ["\"YQ\""; 11].join(","));
    add("eleven references", eleven.as_bytes(), "ref_images: ");
    add("a long name", format!("{{\"{}\":1}}", "a".repeat(60_000)).as_bytes(), "aaa");
    add("a long number", format!("{{\"seed\":{}}}", "9".repeat(60_000)).as_bytes(), "seed: ");
    all
}

fn unfit(host: &str) -> impl Iterator<Item = Bad> {
    let bad = |(name, body, says): (String, Vec<u8>, _)| Bad {
        name,
        bytes: post(host, "", &body),
        status: 400,
        says,
    };
    bodies().into_iter().map(bad)
}

/// What only who opens the pictures can know.
fn pictures() -> Vec<(String, Vec<u8>, u16, &'static str)> {
    let image = |bytes: &[u8]| json!({ "image": STANDARD.encode(bytes) }).to_string().into_bytes();
    let bomb = |width: u32, height: u32| {
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let head = chunk(b"IHDR", &[&size[..], b"\x08\x02\0\0\0"].concat());
        [b"\x89PNG\r\n\x1a\n", &head[..], &chunk(b"IDAT", b"\x78\x9c")].concat()
    };
    let stars = br#"{"image":"*not base64*"}"#.to_vec();
    vec![
        ("no base64".into(), stars, 400, "image: is not base64"),
        ("a PNG of 50,000 × 50,000".into(), image(&bomb(50_000, 50_000)), 413, "the photo"),
        ("a PNG of all there is".into(), image(&bomb(0x7fff_ffff, 0x7fff_ffff)), 400, "the photo"),
        ("a PNG of nothing".into(), image(&bomb(0, 0)), 400, "the photo"),
        ("a PNG cut off".into(), image(&bomb(8, 8)), 400, "the photo"),
        ("a GIF".into(), image(b"GIF89a\x01\0\x01\0\0\0\0;"), 415, "the photo"),
        (
            "an SVG that names entities".into(),
            image(b"<!DOCTYPE svg [<!ENTITY a \"b\">]><svg/>"),
            415,
            "the photo",
        ),
        ("a zip".into(), image(b"PK\x03\x04\x14\0\0\0"), 415, "the photo"),
        ("a gzip".into(), image(b"\x1f\x8b\x08\0\0\0\0\0"), 415, "the photo"),
        ("noise".into(), image(&[0x5a; 5000]), 415, "the photo"),
        (
            "41 MiB of base64".into(),
            {
                let mut body = br#"{"image":""#.to_vec();
                body.resize(41 << 20, b'A');
                body.extend_from_slice(b"\"}");
                body
            },
            413,
            "the request is too large",
        ),
    ]
}

/// A part of a PNG file.
fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [name, data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length, &checked[..], &crc(&checked).to_be_bytes()].concat()
}

/// A PNG's checksum: without the right one its size would never be looked at.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 }
        })
    })
}

/// What does not depend on the body's content.
fn before_the_body_is_read(host: &str) -> Vec<Bad> {
    [smuggled(host), chunked(host), heads(host)].into_iter().flatten().collect()
}

async fn assert_all_told(relay: &Relay, bad: &[Bad]) {
    for one in bad {
        assert_told(one, &reply(&relay.host, &one.bytes).await);
    }
    assert_eq!(relay.get("/healthz").await.status, StatusCode::OK, "it has gone");
}

#[tokio::test]
async fn a_hundred_wrong_requests_are_told_what_is_wrong() {
    let relay = Relay::answering(&[]);
    let host = relay.host.clone();
    let mut all = before_the_body_is_read(&host);
    all.extend(unfit(&host));
    all.extend(pictures().into_iter().map(|(name, body, status, says)| Bad {
        name,
        bytes: post(&host, "", &body),
        status,
        says,
    }));
    assert!(all.len() >= 100, "only {}", all.len());
    assert_all_told(&relay, &all).await;
}

#[tokio::test]
async fn nothing_wrong_reaches_the_provider() {
    let provider = Provider::saying(StatusCode::OK, &[], "a picture").await;
    let relay = Relay::forwarding(&provider.origin, &[]);
    let host = relay.host.clone();
    let mut all = before_the_body_is_read(&host);
    all.extend(unfit(&host));
    assert_all_told(&relay, &all).await;
    assert_eq!(provider.seen().len(), 0, "{:?}", provider.seen());
}

/// The good request before a bad one on the same connection has its answer.
#[tokio::test]
async fn what_came_before_a_bad_request_is_answered() {
    let relay = Relay::answering(&[]);
    let good = format!("GET /readyz HTTP/1.1\r\nhost: {}\r\n\r\n", relay.host);
    let bad = format!("GET /readyz HTTP/1.1\nhost: {}\n\n", relay.host);
    let mut socket = TcpStream::connect(&relay.host).await.unwrap();
    socket.write_all(format!("{good}{good}{bad}{good}").as_bytes()).await.unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).await.unwrap();
    let replies: Vec<&str> = text.matches("HTTP/1.1 200 ").collect();
    assert_eq!(replies.len(), 2, "{text}");
    assert_eq!(text.matches("HTTP/1.1 400 ").count(), 1, "{text}");
    assert!(text.ends_with(r#"carriage return"}}"#), "{text}");
}
