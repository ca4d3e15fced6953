//! The body, built once: the parameters from wasm, the pictures from JavaScript.

use backdrop_contract::{Dialect, Name, Request};
use js_sys::{Array, JSON};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag};

/// The request as JSON in a blob, as a host wants it; it can be sent again as it is. `image` is an
/// address as a JavaScript string, or base64 in a blob of the picture's type; `reference` the same or
/// a list of them. They are put beside the parameters without passing through wasm.
///
/// # Errors
/// None in practice: the values are strings, numbers and booleans.
pub fn body(
    dialect: Dialect,
    request: &Request,
    image: &JsValue,
    reference: Option<&JsValue>,
) -> Result<JsValue, JsValue> {
    let object = dialect.fields(request).serialize(&Serializer::json_compatible())?;
    let parameters = JSON::stringify(&object)?;
    let parts = Array::new();
    // Without its last brace.
    parts.push(&parameters.slice(0, parameters.length() - 1));
    let mut between = if parameters.length() > 2 { ",\"" } else { "\"" };
    for (name, value) in [(Name::Image, Some(image)), (Name::RefImages, reference)] {
        if let (Some(wire), Some(value)) = (dialect.wire(name), value) {
            for text in [between, wire, "\":"] {
                parts.push(&text.into());
            }
            write(dialect, &parts, value)?;
            between = ",\"";
        }
    }
    parts.push(&"}".into());
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    Blob::new_with_blob_sequence_and_options(&parts, &options).map(JsValue::from)
}

/// A picture, or a list of them, as JSON. Base64 needs no escaping.
fn write(dialect: Dialect, parts: &Array, value: &JsValue) -> Result<(), JsValue> {
    if let Some(list) = value.dyn_ref::<Array>() {
        for (at, one) in list.iter().enumerate() {
            parts.push(&if at == 0 { "[" } else { "," }.into());
            write(dialect, parts, &one)?;
        }
        parts.push(&"]".into());
    } else if let Some(base64) = value.dyn_ref::<Blob>() {
        let kind = base64.type_();
        let start: &[&str] = match dialect.host().data_uris {
            true => &["\"data:", &kind, ";base64,"],
            false => &["\""],
        };
        for text in start {
            parts.push(&(*text).into());
        }
        parts.push(base64);
        parts.push(&"\"".into());
    } else {
        parts.push(&JSON::stringify(value)?.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use backdrop_contract::Value;
    use wasm_bindgen_futures::JsFuture;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn request() -> Request {
        let mut request = Request::default();
        request.set(Name::Prompt, Some(Value::Text("a \"quoted\" beach".into())));
        request.set(Name::Seed, Some(Value::Whole(2_147_483_647)));
        request.set(Name::Fast, Some(Value::Switch(true)));
        request
    }

    /// Base64 of a PNG, as a photo gives it.
    fn held() -> JsValue {
        let options = BlobPropertyBag::new();
        options.set_type("image/png");
        let parts = Array::of1(&"aGk=".into());
        Blob::new_with_str_sequence_and_options(&parts, &options).unwrap().into()
    }

    async fn text(
        dialect: Dialect,
        request: &Request,
        image: &JsValue,
        reference: Option<&JsValue>,
    ) -> String {
        let body: Blob = body(dialect, request, image, reference).unwrap().unchecked_into();
        assert_eq!(body.type_(), "application/json");
        JsFuture::from(body.text()).await.unwrap().as_string().unwrap()
    }

    #[wasm_bindgen_test]
    async fn only_what_was_set_is_written() {
        let text = async |request: &Request, image: &JsValue, reference: Option<&JsValue>| {
            text(Dialect::Segmind, request, image, reference).await
        };
        assert_eq!(text(&Request::default(), &held(), None).await, r#"{"image":"aGk="}"#);
        let start =
            r#"{"prompt":"a \"quoted\" beach","seed":2147483647,"fast":true,"image":"aGk=""#;
        assert_eq!(text(&request(), &held(), None).await, format!("{start}}}"));
        let one = text(&request(), &held(), Some(&"https://a.example/b.png".into())).await;
        assert_eq!(one, format!(r#"{start},"ref_images":"https://a.example/b.png"}}"#));
        let list = Array::of2(&held(), &"https://a.example/\"b\".png".into()).into();
        let several = text(&request(), &held(), Some(&list)).await;
        let list = r#"["aGk=","https://a.example/\"b\".png"]"#;
        assert_eq!(several, format!(r#"{start},"ref_images":{list}}}"#));
    }

    #[wasm_bindgen_test]
    async fn each_host_gets_its_own_names_and_pictures() {
        let start = r#"{"prompt":"a \"quoted\" beach","seed":2147483647,"#;
        let address = "https://a.example/b.png".into();
        assert_eq!(
            text(Dialect::Fal, &request(), &held(), Some(&address)).await,
            [
                start,
                r#""fast":true,"sync_mode":true,"image_url":"data:image/png;base64,aGk=","#,
                r#""ref_image_url":"https://a.example/b.png"}"#,
            ]
            .concat()
        );
        assert_eq!(
            text(Dialect::BriaV2, &request(), &held(), None).await,
            [
                start,
                r#""mode":"fast","prompt_content_moderation":true,"sync":true,"image":"aGk="}"#,
            ]
            .concat()
        );
    }
}
