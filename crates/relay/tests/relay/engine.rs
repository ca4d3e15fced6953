//! Without a key: pictures made by the engine.

use crate::help::{Relay, Reply, program};
use axum::http::StatusCode;
use backdrop_contract::Format;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::Cursor;

/// A dark figure before a bright wall, as a PNG file.
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    let (middle, radius) = ((width / 2, height / 2), width.min(height) / 4);
    let pixels: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            let away = x.abs_diff(middle.0).pow(2) + y.abs_diff(middle.1).pow(2);
            if away < radius.pow(2) { [90, 40, 30] } else { [220, 225, (200 + (x + y) % 40) as u8] }
        })
        .collect();
    png(width, height, pixels)
}

fn png(width: u32, height: u32, pixels: Vec<u8>) -> Vec<u8> {
    let image = image::RgbImage::from_raw(width, height, pixels).unwrap();
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

async fn made(relay: &Relay, photo: &[u8], more: serde_json::Value) -> Reply {
    let mut request = serde_json::json!({ "image": STANDARD.encode(photo) });
    let all = request.as_object_mut().unwrap();
    all.extend(more.as_object().unwrap().clone());
    relay.post(request.to_string()).await
}

/// The corner's red, green, blue and opacity.
fn corner(reply: &Reply) -> [u8; 4] {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let format = Format::of(&reply.body).unwrap();
    assert_eq!(reply.header("content-type"), format.mime());
    let image = image::load_from_memory(&reply.body).unwrap();
    image.to_rgba8().get_pixel(0, 0).0
}

#[tokio::test]
async fn a_colour_is_the_new_background() {
    let relay = Relay::answering(&[]);
    let prompt = serde_json::json!({ "prompt": "#ff5733", "seed": 7 });
    let reply = made(&relay, &photo(320, 240), prompt).await;
    assert_eq!(corner(&reply), [0xff, 0x57, 0x33, 0xff]);
    assert_eq!(reply.header("content-type"), "image/png");
    assert_eq!(reply.header("x-backdrop-engine"), "u2netp");
    assert_eq!(reply.header("x-seed-value"), "7");
    assert!(!reply.headers.contains_key("x-backdrop-look"));
    let took = reply.header("x-generation-time");
    assert!(took.parse::<f64>().is_ok() && took.split('.').nth(1).unwrap().len() == 2);
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn transparent_is_no_background() {
    let relay = Relay::answering(&[]);
    let prompt = serde_json::json!({ "prompt": " Transparent " });
    let reply = made(&relay, &photo(320, 240), prompt).await;
    assert_eq!(corner(&reply)[3], 0);
}

#[tokio::test]
async fn words_choose_a_look_and_the_seed_repeats_it() {
    let relay = Relay::answering(&[]);
    let prompt = serde_json::json!({ "prompt": "white marble" });
    let first = made(&relay, &photo(320, 240), prompt.clone()).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert!(!first.header("x-backdrop-look").is_empty());
    assert_eq!(first.header("x-seed-value"), "1234");
    let second = made(&relay, &photo(320, 240), prompt).await;
    assert!(first.body == second.body, "the same seed gave other bytes");
}

#[tokio::test]
async fn a_reference_wins_over_a_prompt() {
    let relay = Relay::answering(&[]);
    let wall = png(8, 8, [10, 200, 30].repeat(64));
    let both = serde_json::json!({ "prompt": "#ff5733", "ref_images": STANDARD.encode(wall) });
    let reply = made(&relay, &photo(320, 240), both).await;
    let corner = corner(&reply);
    let near = |at: usize, wanted: u8| corner[at].abs_diff(wanted) <= 8;
    assert!(near(0, 10) && near(1, 200) && near(2, 30), "{corner:?}");
}

#[tokio::test]
async fn a_damaged_photo_is_refused() {
    let relay = Relay::answering(&[]);
    let whole = photo(320, 240);
    let reply = made(&relay, &whole[..200], serde_json::json!({})).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text());
    assert!(!reply.error().is_empty());
}

/// Why the relay does not start with these flags.
fn told(flags: &[&str]) -> String {
    let end = program().args(["--listen", "127.0.0.1:0"]).args(flags).output().unwrap();
    assert!(!end.status.success());
    let told = String::from_utf8(end.stderr).unwrap();
    told.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn without_its_weights_the_full_network_does_not_start_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("u2net.bin");
    let missing = missing.to_str().unwrap();
    let why = told(&["--engine", "hd", "--weights", missing]);
    for part in [missing, "cargo xtask hd", "--weights"] {
        assert!(why.contains(part), "{why}");
    }
    // The usual place cannot be there: see `program`.
    let why = told(&["--engine", "hd"]);
    assert!(why.contains("/dev/null/backdrop/u2net.bin: "), "{why}");

    std::fs::write(missing, "U2F1 and then nothing of use").unwrap();
    let why = told(&["--engine", "hd", "--weights", missing]);
    assert!(why.contains("is no file of weights"), "{why}");
    std::fs::write(missing, include_bytes!("../../../engine/weights/u2netp.bin")).unwrap();
    let why = told(&["--engine", "hd", "--weights", missing]);
    assert!(why.contains("the small network"), "{why}");
}

/// Only with the weights that `BACKDROP_HD` names.
#[tokio::test]
async fn the_full_network_answers() {
    let Ok(weights) = std::env::var("BACKDROP_HD") else {
        println!("not looked at: BACKDROP_HD names no weights");
        return;
    };
    let relay = Relay::answering(&["--engine", "hd", "--weights", &weights]);
    let prompt = serde_json::json!({ "prompt": "#ff5733" });
    let reply = made(&relay, &photo(320, 240), prompt).await;
    assert_eq!(corner(&reply), [0xff, 0x57, 0x33, 0xff]);
    assert_eq!(reply.header("x-backdrop-engine"), "u2net");
}

/// Prints what one large picture takes: `cargo test -p backdrop-relay -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "a measurement"]
async fn memory_at_rest_and_with_twelve_megapixels() {
    let relay = Relay::answering(&[]);
    let memory = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", relay.id())).unwrap();
        let lines =
            status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
        lines.collect::<Vec<_>>().join(", ")
    };
    println!("at rest: {}", memory());
    let full = serde_json::json!({ "prompt": "#ff5733", "original_quality": true });
    let reply = made(&relay, &photo(4000, 3000), full).await;
    println!(
        "{} after {} s, {} bytes: {}",
        reply.status,
        reply.header("x-generation-time"),
        reply.body.len(),
        memory()
    );
}
