//! Whether a key is good, asked without spending: what credits it has left.

use super::connection::Connection;
use super::http::reached;
use super::json::json;
use backdrop_contract::{Failure, FailureKind, Json, Reply};
use gloo_net::http::Request;
use js_sys::{JSON, Number};
use web_sys::{AbortSignal, RequestCache, RequestRedirect};

/// The credits left, as text; empty where the answer names no number.
///
/// # Errors
/// A [`Failure`] for every other answer, and for none; also where the host has no such question.
pub async fn credits(connection: &Connection, signal: &AbortSignal) -> Result<String, Failure> {
    let Some((status, text)) = ask(connection, signal).await else {
        let url = connection.url().map(|url| url.href()).unwrap_or_default();
        return Err(Failure::of_kind(match !signal.aborted() && reached(&url).await.is_truthy() {
            true => FailureKind::Blocked,
            false => FailureKind::Network,
        }));
    };
    let tree = JSON::parse(&text).map_or(Json::Null, |value| json(&value, &mut Vec::new()));
    match (Reply::of(&tree), tree) {
        (Reply::Error(said), _) => Err(Failure::of_status(status, Some(&said))),
        (_, tree @ Json::Map(_)) if status == 200 => Ok(left(&tree).unwrap_or_default()),
        _ => Err(Failure::of_status(status, Some(&text))),
    }
}

/// Status and text of the answer; none when there is none.
async fn ask(connection: &Connection, signal: &AbortSignal) -> Option<(u16, String)> {
    let url = connection.url()?;
    let path = connection.dialect().host().credits_path?;
    let mut request = Request::get(&[&url.origin(), path].concat())
        .cache(RequestCache::NoStore)
        // A redirect could carry the key to a place nobody chose.
        .redirect(RequestRedirect::Error)
        .abort_signal(Some(signal));
    if let Some((name, key)) = connection.key_header() {
        request = request.header(name, &key);
    }
    let response = request.send().await.ok()?;
    Some((response.status(), response.text().await.ok()?))
}

/// The number of credits in an answer, under a name that speaks of credits: `{"credits": 12.5}`.
fn left(tree: &Json) -> Option<String> {
    let Json::Map(entries) = tree else { return None };
    entries.iter().find_map(|(key, value)| match value {
        Json::Map(_) => left(value),
        _ if !key.as_bytes().windows(6).any(|six| six.eq_ignore_ascii_case(b"credit")) => None,
        // To two places, without those that are zero.
        Json::Number(number) => {
            let rounded = Number::from((number * 100.0).round() / 100.0);
            rounded.to_string_with_radix(10).ok().map(String::from)
        }
        _ => value.text().map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn the_number_is_found() {
        for (text, found) in [
            (r#"{"credits":12.5}"#, Some("12.5")),
            (r#"{"user_id":7,"credits":0}"#, Some("0")),
            (r#"{"data":{"credits":1.23456}}"#, Some("1.23")),
            (r#"{"remainingCredits":"3.50"}"#, Some("3.50")),
            (r#"{"user_id":7,"plan":"free"}"#, None),
        ] {
            let tree = json(&JSON::parse(text).unwrap(), &mut Vec::new());
            assert_eq!(left(&tree).as_deref(), found, "{text}");
        }
    }
}
