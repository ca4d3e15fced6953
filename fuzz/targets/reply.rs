//! Any JSON that a host may answer: it is read without a panic, and an error is never a picture.
#![no_main]

use backdrop_contract::{Detail, Details, Json, Reply};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    let fails = matches!(value.get("error"), Some(Value::String(text)) if !text.trim().is_empty());
    let mut long = 0;
    let json = tree(value, &mut long);
    let reply = Reply::of(&json);
    assert!(!fails || matches!(reply, Reply::Error(_)), "{json:?} gave {reply:?}");
    if let Reply::Long(at) = reply {
        assert!(at < long, "no such text");
    }
    Detail::tell_all(&json, &mut Details::default());
});

/// As the page makes it: long texts stay with the browser, by number.
fn tree(value: Value, long: &mut usize) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(on) => Json::Switch(on),
        Value::Number(number) => Json::Number(number.as_f64().unwrap_or_default()),
        Value::String(text) if text.len() > 64 => {
            *long += 1;
            Json::Long { start: text.chars().take(32).collect(), at: *long - 1 }
        }
        Value::String(text) => Json::Text(text),
        Value::Array(list) => Json::List(list.into_iter().map(|one| tree(one, long)).collect()),
        Value::Object(map) => {
            Json::Map(map.into_iter().map(|(key, one)| (key, tree(one, long))).collect())
        }
    }
}
