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
