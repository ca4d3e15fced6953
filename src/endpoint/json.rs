//! What the browser's own JSON parser read, as the contract's tree.

use backdrop_contract::{Failure, Json};
use js_sys::{Array, JsString, Object};
use wasm_bindgen::{JsCast, JsValue};

/// Longer texts, in UTF-16 units, stay where they are: no address and no message is so long.
const LONG: u32 = 8_192;

/// Lists and objects are copied so deep and so far; no reply that is known has more.
const DEEP: u8 = 12;
const WIDE: usize = 500;

/// Copies a parsed value. A deserialiser would do the same for ten times the wasm. Long texts are
/// put into `held`, by number.
pub fn json(value: &JsValue, held: &mut Vec<JsValue>) -> Json {
    copy(value, held, DEEP)
}

fn copy(value: &JsValue, held: &mut Vec<JsValue>, depth: u8) -> Json {
    if let Some(text) = value.dyn_ref::<JsString>() {
        if text.length() <= LONG {
            return Json::Text(text.into());
        }
        held.push(value.clone());
        #[expect(clippy::cast_possible_truncation, reason = "600")]
        let start = text.slice(0, Failure::LONGEST_TEXT as u32);
        return Json::Long { start: start.into(), at: held.len() - 1 };
    }
    if let Some(on) = value.as_bool() {
        return Json::Switch(on);
    }
    if let Some(number) = value.as_f64() {
        return Json::Number(number);
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Json::Null;
    };
    if let Some(list) = value.dyn_ref::<Array>() {
        Json::List(list.iter().take(WIDE).map(|one| copy(&one, held, depth)).collect())
    } else if let Some(map) = value.dyn_ref::<Object>() {
        let mut entry = |entry: JsValue| {
            let entry = Array::from(&entry);
            let key = entry.get(0).as_string().unwrap_or_default();
            (key, copy(&entry.get(1), held, depth))
        };
        Json::Map(Object::entries(map).iter().take(WIDE).map(&mut entry).collect())
    } else {
        Json::Null
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn the_tree_is_the_parsed_value() {
        let text = r#"{"a":[1.5,true,null,"x"],"b":{}}"#;
        let tree = json(&js_sys::JSON::parse(text).unwrap(), &mut Vec::new());
        let list = [Json::Number(1.5), Json::Switch(true), Json::Null, Json::Text("x".into())];
        let entries = [("a".into(), Json::List(list.into())), ("b".into(), Json::Map(Vec::new()))];
        assert_eq!(tree, Json::Map(entries.into()));
    }

    #[wasm_bindgen_test]
    fn long_texts_stay_where_they_are() {
        let long = "x".repeat(10_000);
        let mut held = Vec::new();
        let value = Array::of2(&"short".into(), &long.as_str().into());
        let tree = json(&value, &mut held);
        let start = long[..Failure::LONGEST_TEXT].to_owned();
        assert_eq!(tree, Json::List(vec![Json::Text("short".into()), Json::Long { start, at: 0 }]));
        assert_eq!(held[0].as_string().unwrap(), long);
    }

    #[wasm_bindgen_test]
    fn deep_and_wide_values_are_cut() {
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        let mut tree = &json(&js_sys::JSON::parse(&deep).unwrap(), &mut Vec::new());
        let mut depth = 0;
        while let Json::List(list) = tree {
            depth += 1;
            tree = list.first().unwrap();
        }
        assert_eq!(depth, usize::from(DEEP));
        let wide = Array::new_with_length(100_000);
        assert!(matches!(json(&wide, &mut Vec::new()), Json::List(list) if list.len() == WIDE));
    }
}
