//! The same model at other hosts: a picture comes back inside JSON, or at an address.

use super::{Book, PATH};
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use base64::Engine as _;
use serde_json::{Value, json};

/// The path at Bria, the model's maker.
pub const BRIA_PATH: &str = "/v2/image/edit/replace_background";

/// The path at fal.
pub const FAL_PATH: &str = "/fal-ai/bria/background/replace";

/// Where pictures lie that are named by address.
const PICTURES: &str = "/made/";

pub(super) fn is_endpoint(path: &str) -> bool {
    [PATH, BRIA_PATH, FAL_PATH].contains(&path)
}

/// A picture as the host at this path hands it out; whatever is no picture stays as it is.
pub(super) async fn wrap(book: &Book, path: &str, asked: &HeaderMap, answer: Response) -> Response {
    let kind = answer.headers().get(CONTENT_TYPE).cloned();
    let is_picture = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"image/"));
    if path == PATH || !is_picture {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    let Ok(picture) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(head, Body::empty());
    };
    let json: Value = if path == FAL_PATH {
        let base64 = base64::prelude::BASE64_STANDARD.encode(&picture);
        let url = format!("data:image/png;base64,{base64}");
        json!({ "images": [{ "url": url, "content_type": "image/png" }], "seed": 7 })
    } else {
        let mut pictures = book.pictures.lock().unwrap();
        pictures.push(picture);
        let host = asked.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let url = format!("http://{host}{PICTURES}{}", pictures.len() - 1);
        json!({ "result": { "image_url": url, "seed": 7 }, "request_id": "play-1" })
    };
    head.headers.remove(CONTENT_LENGTH);
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(head, json.to_string().into())
}

/// The picture at this path, if one lies there.
pub(super) fn picture(book: &Book, path: &str) -> Option<Response> {
    let number: usize = path.strip_prefix(PICTURES)?.parse().ok()?;
    let picture = book.pictures.lock().unwrap().get(number)?.clone();
    let mut response = Response::new(picture.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("image/png"));
    Some(response)
}
