//! What is kept, as JavaScript objects.

use backdrop_contract::{Kind, Name, PARAMETERS, Request, Value};
use js_sys::{Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// An object of these fields.
pub fn object<const N: usize>(fields: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, &value);
    }
    object
}

/// Sets a field.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Fails on frozen objects only.
    let _ = Reflect::set(object, &name.into(), value);
}

/// A request as the object that a page reads and changes.
pub fn parameters(request: &Request) -> JsValue {
    request.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

/// Parameters as a request, as far as they are what they should be. The pictures stay where they are:
/// their base64 must not be copied into wasm.
///
/// Read by hand: a deserialiser with its errors is 20 kB of the first load.
pub fn request(parameters: &JsValue) -> Request {
    let mut request = Request::default();
    for row in &PARAMETERS {
        let value = of(parameters, row.name);
        #[expect(clippy::cast_possible_truncation, reason = "a whole number; saturates")]
        let value = match row.kind {
            Kind::Image | Kind::Images { .. } => None,
            Kind::Text { .. } => value.as_string().map(Value::Text),
            Kind::Whole { .. } => value.as_f64().map(|number| Value::Whole(number as i64)),
            Kind::Switch => value.as_bool().map(Value::Switch),
        };
        request.set(row.name, value);
    }
    request
}

/// A parameter's value.
pub fn of(parameters: &JsValue, name: Name) -> JsValue {
    get(parameters, name.wire())
}

/// A field; undefined where there is none, or no object. A binding of its own for each would be in the
/// first load.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A field's text; empty where it is none.
pub fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// A field's number; 0 where it is none.
pub fn number(object: &JsValue, name: &str) -> f64 {
    get(object, name).as_f64().unwrap_or_default()
}

/// As [`number`], for counts; saturates.
pub fn count(object: &JsValue, name: &str) -> u32 {
    whole(&get(object, name))
}

/// A count; 0 where it is none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub fn whole(value: &JsValue) -> u32 {
    value.as_f64().unwrap_or_default() as u32
}
