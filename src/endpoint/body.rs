//! The body, built once: the parameters from wasm, the pictures from JavaScript.

use backdrop_contract::{Name, Request};
use js_sys::{JSON, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// The request as JSON text. `image` and `reference` are JavaScript strings, base64 or addresses;
/// they are put beside the parameters without passing through wasm.
///
/// # Errors
/// None in practice: the values are strings, numbers and booleans.
pub fn body(
    request: &Request,
    image: &JsValue,
    reference: Option<&JsValue>,
) -> Result<JsValue, JsValue> {
    let object = request.serialize(&Serializer::json_compatible())?;
    Reflect::set(&object, &Name::Image.wire().into(), image)?;
    if let Some(reference) = reference {
        Reflect::set(&object, &Name::RefImages.wire().into(), reference)?;
    }
    JSON::stringify(&object).map(JsValue::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use backdrop_contract::Value;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn only_what_was_set_is_written() {
        let mut request = Request::default();
        request.set(Name::Prompt, Some(Value::Text("a \"quoted\" beach".into())));
        request.set(Name::Seed, Some(Value::Whole(2_147_483_647)));
        request.set(Name::Fast, Some(Value::Switch(true)));
        let text = |reference| {
            let body = body(&request, &"aGk=".into(), reference).unwrap();
            body.as_string().unwrap()
        };
        let start =
            r#"{"prompt":"a \"quoted\" beach","seed":2147483647,"fast":true,"image":"aGk=""#;
        assert_eq!(text(None), format!("{start}}}"));
        assert_eq!(text(Some(&"aG8=".into())), format!(r#"{start},"ref_images":"aG8="}}"#));
    }
}
