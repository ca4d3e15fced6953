//! What the browser's own JSON parser read, as the contract's tree.

use backdrop_contract::Json;
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

/// Copies a parsed value. A deserialiser would do the same for ten times the wasm.
pub fn json(value: &JsValue) -> Json {
    if let Some(text) = value.as_string() {
        Json::Text(text)
    } else if let Some(on) = value.as_bool() {
        Json::Switch(on)
    } else if let Some(number) = value.as_f64() {
        Json::Number(number)
    } else if let Some(list) = value.dyn_ref::<Array>() {
        Json::List(list.iter().map(|one| json(&one)).collect())
    } else if let Some(map) = value.dyn_ref::<Object>() {
        let entry = |entry: JsValue| {
            let entry = Array::from(&entry);
            (entry.get(0).as_string().unwrap_or_default(), json(&entry.get(1)))
        };
        Json::Map(Object::entries(map).iter().map(entry).collect())
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
        let tree = json(&js_sys::JSON::parse(text).unwrap());
        let list = [Json::Number(1.5), Json::Switch(true), Json::Null, Json::Text("x".into())];
        let entries = [("a".into(), Json::List(list.into())), ("b".into(), Json::Map(Vec::new()))];
        assert_eq!(tree, Json::Map(entries.into()));
    }
}
