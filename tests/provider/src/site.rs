//! The studio's page, as a relay serves it, so that every answer can be played to it without one in
//! between.

use crate::answer::reply;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Response as Reply, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use std::path::Path;

/// What tells the studio that a relay is there, and a provider behind it.
pub(crate) fn health(origin: &str) -> Response {
    let said = json!({ "status": "ok", "answers": "provider", "upstream": origin });
    reply(200, "application/json", said.to_string().into())
}

/// Whether a path is a page's own, and not one that plays.
pub(crate) fn is_file(path: &str) -> bool {
    !["/v1/", "/jobs/", "/pictures/", "/closed/", "/gone/"].iter().any(|one| path.starts_with(one))
}

/// A file of the built page, whose studio has a deadline of so many seconds.
pub(crate) fn file(site: &Path, deadline: u32, path: &str) -> Response {
    let name = match path.trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    if name.split('/').any(|step| step == "..") {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let Ok(mut bytes) = std::fs::read(site.join(name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "jpg" => "image/jpeg",
        _ => "application/octet-stream",
    };
    if name == "index.html" {
        let tag = format!("<backdrop-studio deadline=\"{deadline}\"");
        let page = String::from_utf8_lossy(&bytes);
        bytes = page.replace("<backdrop-studio", &tag).into_bytes();
    }
    Reply::builder().header(CONTENT_TYPE, kind).body(Body::from(bytes)).expect("a response")
}
