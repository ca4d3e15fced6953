//! What a JSON reply says: a picture, where one is, or what went wrong.

use crate::json::Json;
use crate::request::{bare_base64, is_url};

/// A JSON reply, read. Image bytes never come this way: see [`crate::Format::of`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// Bare base64 of an image file.
    Base64(String),
    /// Where the picture is.
    Url(String),
    /// The server's own words for what went wrong. A reply with an error is a failure whatever its
    /// status: some come with 200.
    Error(String),
    /// None of these.
    Unknown,
}

/// Keys under which the endpoint and its siblings put a picture.
const PICTURE_KEYS: [&str; 4] = ["image", "output", "url", "image_url"];

impl Reply {
    /// Reads a reply of any known shape.
    #[must_use]
    pub fn of(json: &Json) -> Self {
        if let Some(text) = error(json) {
            return Self::Error(text);
        }
        let places = [Some(json), json.get("result")];
        let found = places.into_iter().flatten().find_map(|place| {
            PICTURE_KEYS.iter().find_map(|key| place.get(key).and_then(Json::text))
        });
        match found {
            Some(picture) if is_url(picture) => Self::Url(picture.to_owned()),
            Some(picture) => Self::Base64(bare_base64(picture).to_owned()),
            // Beside a picture, these are a remark; alone, they say why there is none.
            None => ["detail", "message"]
                .into_iter()
                .find_map(|key| told(json.get(key)?))
                .map_or(Self::Unknown, Self::Error),
        }
    }
}

/// What an `error` says: `{"error":"…"}`, `{"error":{"message"}}`, or in `error_description`. One
/// that says nothing, such as `true`, is still an error.
fn error(json: &Json) -> Option<String> {
    if let Some(description) = json.get("error_description").and_then(Json::text) {
        return Some(description.to_owned());
    }
    match json.get("error")? {
        Json::Null | Json::Switch(false) => None,
        Json::Text(text) if text.trim().is_empty() => None,
        error => Some(
            told(error)
                .or_else(|| told(json.get("message")?))
                .unwrap_or_else(|| "an error without words".to_owned()),
        ),
    }
}

/// The words in a message: text, a list of `{loc, msg}`, or an object of `message`, `details`, `code`.
fn told(json: &Json) -> Option<String> {
    match json {
        Json::Text(_) => json.text().map(str::to_owned),
        Json::List(list) => {
            let told: Vec<String> = list.iter().filter_map(told).collect();
            (!told.is_empty()).then(|| told.join("; "))
        }
        Json::Map(_) => {
            let text = ["message", "msg", "details", "code"]
                .into_iter()
                .find_map(|key| told(json.get(key)?))?;
            Some(match place(json) {
                Some(field) => format!("{field}: {text}"),
                None => text,
            })
        }
        _ => None,
    }
}

/// The field that an entry of a `detail` list is about: the last text of its `loc`.
fn place(json: &Json) -> Option<&str> {
    match json.get("loc")? {
        Json::List(steps) => steps.iter().rev().find_map(Json::text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(json: &str) -> Reply {
        Reply::of(&Json::from(serde_json::from_str::<serde_json::Value>(json).unwrap()))
    }

    #[test]
    fn pictures_in_every_known_shape() {
        for json in [
            r#"{"image":"aGk="}"#,
            r#"{"image":"data:image/png;base64,aGk="}"#,
            r#"{"output":"aGk=","status":"ok"}"#,
            r#"{"message":"success","image":"aGk="}"#,
            r#"{"error":null,"detail":"done","image":"aGk="}"#,
        ] {
            assert_eq!(read(json), Reply::Base64("aGk=".into()), "{json}");
        }
        for json in [
            r#"{"output":"https://a.example/b.png"}"#,
            r#"{"url":"https://a.example/b.png"}"#,
            r#"{"image_url":"https://a.example/b.png"}"#,
            r#"{"result":{"image_url":"https://a.example/b.png","seed":1}}"#,
        ] {
            assert_eq!(read(json), Reply::Url("https://a.example/b.png".into()), "{json}");
        }
    }

    #[test]
    fn errors_in_every_known_shape() {
        for (json, text) in [
            (r#"{"error":"No credits"}"#, "No credits"),
            (r#"{"error":"No credits","image":"aGk="}"#, "No credits"),
            (r#"{"error":true,"image":"aGk="}"#, "an error without words"),
            (r#"{"error":5,"message":"Try later","url":"https://a.example"}"#, "Try later"),
            (r#"{"error":{"code":"E1","message":"Bad seed","details":null}}"#, "Bad seed"),
            (r#"{"message":"Unauthorized"}"#, "Unauthorized"),
            (r#"{"detail":"Not found"}"#, "Not found"),
            (
                r#"{"detail":[{"loc":["body","seed"],"msg":"not a number"},{"msg":"and so on"}]}"#,
                "seed: not a number; and so on",
            ),
            (
                r#"{"error":"invalid","error_description":"Key expired","status_code":401}"#,
                "Key expired",
            ),
        ] {
            assert_eq!(read(json), Reply::Error(text.into()), "{json}");
        }
    }

    #[test]
    fn the_rest_is_unknown() {
        for json in ["null", "[]", "3", r#""text""#, "{}", r#"{"error":null}"#, r#"{"image":7}"#] {
            assert_eq!(read(json), Reply::Unknown, "{json}");
        }
    }

    proptest! {
        #[test]
        fn an_error_is_never_taken_for_a_picture(text in "[a-z]{1,20}", image in "[A-Za-z0-9]{1,20}") {
            let json = serde_json::json!({ "image": image, "error": text }).to_string();
            prop_assert_eq!(read(&json), Reply::Error(text));
        }
    }
}
