//! What a JSON reply says: a picture, where one is, a job to follow, or what went wrong.

use crate::job::{Job, JobState};
use crate::json::Json;
use crate::request::{bare_base64, is_url};

/// A JSON reply, read; one reader for every host. Image bytes never come this way: see
/// [`crate::Format::of`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// Bare base64 of an image file.
    Base64(String),
    /// Base64, with or without a `data:` prefix, in the reply's long text of this number: see
    /// [`Json::Long`].
    Long(usize),
    /// Where the picture is: an `http` or `https` address.
    Url(String),
    /// It is being made, or lies ready at another address.
    Job(Job),
    /// A job that ran and failed, in the server's words if it had any.
    JobFailed(Option<String>),
    /// The server's own words for what went wrong. A reply with an error is a failure whatever its
    /// status: some come with 200.
    Error(String),
    /// None of these.
    Unknown,
}

/// Keys under which the endpoint and its siblings put a picture, or a list of them.
const PICTURE_KEYS: [&str; 5] = ["image", "output", "images", "url", "image_url"];

/// Keys under which all of that is put once more.
const INNER_KEYS: [&str; 2] = ["result", "data"];

impl Reply {
    /// Reads a reply of any known shape.
    #[must_use]
    pub fn of(json: &Json) -> Self {
        if let Some(text) = error(json) {
            return Self::Error(text);
        }
        let job = Job::of(json);
        match &job {
            Some(job) if job.state == JobState::Failed => return Self::JobFailed(remark(json)),
            // Beside such a state, a picture is the one that was sent.
            Some(job) if job.is_under_way() => return Self::Job(job.clone()),
            _ => {}
        }
        let found = picture(json);
        match (found, job) {
            (Some(Json::Long { start, at }), _) if is_base64(start) => Self::Long(*at),
            (Some(Json::Text(text)), _) if is_url(text) => Self::Url(text.trim().to_owned()),
            (Some(Json::Text(text)), _) if is_base64(text) => {
                Self::Base64(bare_base64(text).to_owned())
            }
            (_, Some(job)) if job.answer.is_some() => Self::Job(job),
            // Words where a picture should be, or a remark with nothing beside it, say why.
            (found, _) => found
                .and_then(Json::text)
                .map(str::to_owned)
                .or_else(|| remark(json))
                .map_or(Self::Unknown, Self::Error),
        }
    }
}

/// The first text in a place where a picture may be.
fn picture(json: &Json) -> Option<&Json> {
    match json {
        // Alone in a list, a text is a picture only when it is an address.
        Json::List(list) => list.iter().find_map(|one| match one {
            Json::Text(text) => is_url(text).then_some(one),
            one => picture(one),
        }),
        Json::Map(_) => in_keys(json).or_else(|| {
            let mut inner = INNER_KEYS.iter().filter_map(|key| json.get(key));
            inner.find_map(picture)
        }),
        _ => None,
    }
}

fn in_keys(map: &Json) -> Option<&Json> {
    PICTURE_KEYS.iter().find_map(|key| value(map.get(key)?))
}

/// The text of a place for a picture, or of the first of several, or inside `{"url": …}`.
fn value(json: &Json) -> Option<&Json> {
    match json {
        Json::List(list) => list.iter().find_map(value),
        Json::Map(_) => in_keys(json),
        json => json.text().map(|_| json),
    }
}

/// Whether a text can be a picture in base64, and not words.
fn is_base64(text: &str) -> bool {
    let byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(&byte);
    let bare = bare_base64(text.trim());
    !bare.is_empty() && bare.bytes().all(byte)
}

/// What `detail` or `message` says: beside a picture it is a remark, alone it says why there is none.
fn remark(json: &Json) -> Option<String> {
    ["detail", "message"].into_iter().find_map(|key| told(json.get(key)?))
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
                .or_else(|| remark(json))
                .unwrap_or_else(|| "an error without words".to_owned()),
        ),
    }
}

/// The words in a message: text, a list of `{loc, msg}`, or an object of `message`, `details`, `code`.
fn told(json: &Json) -> Option<String> {
    match json {
        Json::Text(_) | Json::Long { .. } => json.text().map(str::to_owned),
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
            r#"{"output":["aGk=","aG8="]}"#,
            r#"{"message":"success","image":"aGk="}"#,
            r#"{"error":null,"detail":"done","image":"aGk="}"#,
            r#"{"images":[{"url":"data:image/jpeg;base64,aGk=","width":1}]}"#,
            r#"{"status":"COMPLETED","poll_url":"https://a.example/1","image":"aGk="}"#,
        ] {
            assert_eq!(read(json), Reply::Base64("aGk=".into()), "{json}");
        }
        for json in [
            r#"{"output":"https://a.example/b.png"}"#,
            r#"{"output":["https://a.example/b.png","https://a.example/c.png"]}"#,
            r#"{"url":"https://a.example/b.png"}"#,
            r#"{"image_url":"https://a.example/b.png"}"#,
            r#"{"result":{"image_url":"https://a.example/b.png","seed":1}}"#,
            r#"{"result":[{"url":"https://a.example/b.png"}]}"#,
            r#"{"result":["https://a.example/b.png"]}"#,
            r#"{"images":[{"url":"https://a.example/b.png"}],"seed":3}"#,
            r#"{"image":{"url":"https://a.example/b.png"}}"#,
            r#"{"data":[{"url":"https://a.example/b.png"}]}"#,
            r#"["https://a.example/b.png"]"#,
            r#"{"status":"COMPLETED","result":{"image_url":"https://a.example/b.png"}}"#,
        ] {
            assert_eq!(read(json), Reply::Url("https://a.example/b.png".into()), "{json}");
        }
    }

    #[test]
    fn a_long_text_stays_where_it_is() {
        let long = |start: &str| {
            let long = Json::Long { start: start.into(), at: 3 };
            Reply::of(&Json::Map(vec![("image".into(), long)]))
        };
        assert_eq!(long("iVBORw0KGgo"), Reply::Long(3));
        assert_eq!(long("data:image/png;base64,iVBORw0KGgo"), Reply::Long(3));
        assert_eq!(long("It went wrong"), Reply::Error("It went wrong".into()));
    }

    #[test]
    fn errors_in_every_known_shape() {
        for (json, text) in [
            (r#"{"error":"No credits"}"#, "No credits"),
            (r#"{"error":"No credits","image":"aGk="}"#, "No credits"),
            (r#"{"error":"No worker","status":"FAILED"}"#, "No worker"),
            (r#"{"error":true,"image":"aGk="}"#, "an error without words"),
            (r#"{"error":5,"message":"Try later","url":"https://a.example"}"#, "Try later"),
            (r#"{"error":{"code":"E1","message":"Bad seed","details":null}}"#, "Bad seed"),
            (r#"{"message":"Unauthorized"}"#, "Unauthorized"),
            (r#"{"detail":"Not found"}"#, "Not found"),
            (r#"{"output":"Nothing was found"}"#, "Nothing was found"),
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
    fn jobs_in_every_known_shape() {
        let job = |state, poll: Option<&str>, answer: Option<&str>| {
            Reply::Job(Job { state, poll: poll.map(Into::into), answer: answer.map(Into::into) })
        };
        use JobState::*;
        for (json, reply) in [
            (
                r#"{"request_id":"1","status":"QUEUED","poll_url":"p","status_url":"s","response_url":"r"}"#,
                job(Queued, Some("p"), Some("r")),
            ),
            (r#"{"status":"IN_QUEUE","status_url":"s"}"#, job(Queued, Some("s"), None)),
            (r#"{"status":"PROCESSING"}"#, job(Working, None, None)),
            (
                r#"{"status":"in_progress","image_url":"https://a.example"}"#,
                job(Working, None, None),
            ),
            (r#"{"status_url":"s","request_id":"1"}"#, job(Queued, Some("s"), None)),
            (r#"{"status":"COMPLETED","response_url":"r"}"#, job(Done, None, Some("r"))),
            (r#"{"status":"FAILED"}"#, Reply::JobFailed(None)),
            (r#"{"status":"ERROR","message":"why"}"#, Reply::JobFailed(Some("why".into()))),
        ] {
            assert_eq!(read(json), reply, "{json}");
        }
    }

    #[test]
    fn the_rest_is_unknown() {
        for json in [
            "null",
            "[]",
            "3",
            r#""text""#,
            "{}",
            r#"{"error":null}"#,
            r#"{"image":7}"#,
            r#"["aGk="]"#,
            r#"{"result":"ok"}"#,
            r#"{"status":"COMPLETED"}"#,
            r#"{"image":""}"#,
            r#"{"a":{"image":"aGk="}}"#,
        ] {
            assert_eq!(read(json), Reply::Unknown, "{json}");
        }
    }

    /// JSON of every shape, with the words that replies use among its keys and texts.
    fn any_json() -> impl Strategy<Value = Json> {
        let key = prop_oneof![
            prop::sample::select(vec![
                "image",
                "output",
                "images",
                "url",
                "image_url",
                "result",
                "data",
                "error",
                "detail",
                "message",
                "msg",
                "loc",
                "code",
                "status",
                "poll_url",
                "status_url",
                "response_url",
                "error_description",
            ])
            .prop_map(str::to_owned),
            ".{0,6}",
        ];
        let text = prop_oneof![
            ".{0,20}",
            prop::sample::select(vec!["QUEUED", "COMPLETED", "FAILED", "aGk=", "https://a.b"])
                .prop_map(str::to_owned),
        ];
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Switch),
            any::<f64>().prop_map(Json::Number),
            text.prop_map(Json::Text),
            (".{0,20}", any::<usize>()).prop_map(|(start, at)| Json::Long { start, at }),
        ];
        leaf.prop_recursive(8, 64, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::List),
                prop::collection::vec((key.clone(), inner), 0..6).prop_map(Json::Map),
            ]
        })
    }

    proptest! {
        #[test]
        fn an_error_is_never_taken_for_a_picture(mut json in any_json(), text in "[a-z]{1,20}") {
            if let Json::Map(entries) = &mut json {
                entries.retain(|(key, _)| key != "error" && key != "error_description");
                entries.push(("error".into(), Json::Text(text.clone())));
                prop_assert_eq!(Reply::of(&json), Reply::Error(text));
            }
        }

        #[test]
        fn whatever_comes_is_read(json in any_json()) {
            match Reply::of(&json) {
                // No scheme but the web's is ever followed or shown.
                Reply::Url(url) => prop_assert!(is_url(&url)),
                Reply::Base64(text) => prop_assert!(is_base64(&text)),
                Reply::Job(job) => {
                    prop_assert!(job.is_under_way() || job.poll.is_some() || job.answer.is_some());
                }
                _ => {}
            }
        }
    }
}
