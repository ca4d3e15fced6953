//! What the relay takes and answers, as OpenAPI 3.1, made from the contract's table.

mod batches;

use axum::http::header;
use axum::response::IntoResponse;
use backdrop_contract::{
    ENGINE_HEADER, Fixed, Kind, LOOK_HEADER, Matters, Name, PARAMETERS, PATH, Parameter, Rule,
};
use serde_json::{Map, Value, json};

/// `GET /openapi.json`.
pub async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], document().to_string())
}

/// The whole document.
#[must_use]
pub fn document() -> Value {
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Backdrop's relay",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A photo in, the same photo on a new background out.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": {
            PATH: { "post": make() },
            (format!("{PATH}/{{key}}")): { "get": collect() },
            "/healthz": { "get": healthz() },
            "/readyz": { "get": readyz() },
            "/openapi.json": { "get": this() },
        },
        "components": {
            "schemas": {
                "Request": request(),
                "Picture": picture(),
                "Error": object(&[("error", error())]),
                "Job": object(&[
                    ("status", json!({ "const": "PROCESSING" })),
                    ("poll_url", json!({ "type": "string", "format": "uri-reference" })),
                ]),
            },
            "securitySchemes": { "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token of the site's, where the relay wants one",
            } },
            "headers": { "x-request-id": header("The request's id, in the relay's log, too") },
        },
    });
    for (pointer, more) in
        [("/paths", batches::paths()), ("/components/schemas", batches::schemas())]
    {
        if let Some(Value::Object(there)) = document.pointer_mut(pointer) {
            there.extend(more);
        }
    }
    document
}

fn make() -> Value {
    let mut responses = Map::new();
    responses.insert("200".into(), made());
    for (status, meaning) in [
        (400, "A parameter is wrong, or the request; the text names which"),
        (401, "The site's token, or the relay's key, is not valid"),
        (402, "No credits are left"),
        (403, "A page of another site may not use this relay, or the key may not do this"),
        (406, "No credits are left"),
        (408, "The request came too slowly; nothing was billed"),
        (409, "The Idempotency-Key was used for another body"),
        (413, "The request is too large"),
        (415, "The photo's format, or the request's type, is not taken"),
        (421, "The relay does not answer to this host's name"),
        (422, "A moderation check, or the photo, does not allow it"),
        (429, "Too many requests"),
        (431, "The request's head is too large"),
        (500, "A fault of the relay's or the provider's"),
        (502, "The provider cannot be reached; nothing was billed"),
        (503, "The relay cannot keep the answer; nothing was sent"),
        (504, "The provider gave no answer in time; it may have been billed"),
    ] {
        responses.insert(status.to_string(), failed(meaning));
    }
    // A provider's other failures come through as they are.
    responses.insert("default".into(), passed_on());
    json!({
        "operationId": "replaceBackground",
        "summary": "Puts a photo on a new background",
        "parameters": [{
            "name": "Idempotency-Key",
            "in": "header",
            "description": "The same key and body are made, and paid for, once",
            "schema": key_schema(),
        }],
        "security": [{}, { "token": [] }],
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Request" } } },
        },
        "responses": responses,
    })
}

fn collect() -> Value {
    let mut responses = Map::new();
    responses.insert("200".into(), made());
    let job = json!({ "$ref": "#/components/schemas/Job" });
    responses.insert("202".into(), answered("It is still being made", &job));
    for (status, meaning) in [
        (400, "This is no key"),
        (401, "The site's token is not valid"),
        (403, "A page of another site may not use this relay"),
        (404, "Nothing is known of this key"),
        (421, "The relay does not answer to this host's name"),
        (504, "It was sent, and what became of it is not known"),
    ] {
        responses.insert(status.to_string(), failed(meaning));
    }
    responses.insert("default".into(), passed_on());
    // Without `%`, which programs that fill in a path escape in different ways.
    let in_path = json!({ "type": "string", "pattern": "^[!-$&-~]{1,128}$" });
    json!({
        "operationId": "collect",
        "summary": "The answer of an Idempotency-Key, for whom the connection broke",
        "parameters": [{ "name": "key", "in": "path", "required": true, "schema": in_path }],
        "security": [{}, { "token": [] }],
        "responses": responses,
    })
}

fn key_schema() -> Value {
    json!({ "type": "string", "pattern": "^[!-~]{1,128}$" })
}

/// The relay's own refusals; see [`failed`](crate::failed).
fn error() -> Value {
    let fields: Vec<&str> = PARAMETERS.iter().map(|row| row.wire).collect();
    json!({
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": { "type": "string", "description": "One word for programs" },
            "message": { "type": "string", "description": "Plain words" },
            "field": { "enum": fields, "description": "The parameter that is wrong" },
        },
        "additionalProperties": false,
    })
}

fn made() -> Value {
    let text = |meaning: &str| header(meaning);
    json!({
        "description": "The picture",
        "headers": {
            "x-request-id": { "$ref": "#/components/headers/x-request-id" },
            "x-upstream-request-id": text("The provider's own id of the request"),
            "x-remaining-credits": text("Credits that are left, where a provider answers"),
            "x-cost": text("Credits that it cost, where a provider answers"),
            "x-generation-time": text("Seconds that the picture took"),
            "x-seed-value": text("The seed that held"),
            "idempotency-replayed": text("true where the answer was stored"),
            ENGINE_HEADER: text("The network, where the relay's own engine answers"),
            LOOK_HEADER: text("The look that the engine painted"),
        },
        "content": {
            "image/png": {}, "image/jpeg": {}, "image/webp": {},
            "application/json": { "schema": {
                "type": "object",
                "description": "A provider's other shapes of an answer, passed on as they are",
            } },
        },
    })
}

fn healthz() -> Value {
    let reply = json!({
        "type": "object",
        "required": ["status", "answers"],
        "properties": {
            "status": { "const": "ok" },
            "answers": { "enum": ["engine", "provider"] },
            "upstream": { "type": "string", "format": "uri" },
            "batches": { "const": true, "description": "Where batches are offered" },
        },
    });
    json!({
        "operationId": "health",
        "summary": "A sign of life, and who answers",
        "responses": { "200": answered("It runs", &reply), "default": failed("A wrong request") },
    })
}

fn readyz() -> Value {
    let status = |word: &str| object(&[("status", json!({ "const": word }))]);
    json!({
        "operationId": "readiness",
        "summary": "Whether more requests should come here",
        "responses": {
            "200": answered("They should", &status("ready")),
            "503": answered("They should not: it stops", &status("stopping")),
            "default": failed("A wrong request"),
        },
    })
}

fn this() -> Value {
    let reply = json!({ "type": "object", "required": ["openapi", "paths"] });
    json!({
        "operationId": "openapi",
        "summary": "This document",
        "responses": { "200": answered("It", &reply), "default": failed("A wrong request") },
    })
}

/// The request's body: one property for each row of the table.
fn request() -> Value {
    let properties: Map<String, Value> =
        PARAMETERS.iter().map(|row| (row.wire.to_owned(), property(row))).collect();
    let required: Vec<&str> =
        PARAMETERS.iter().filter(|row| row.kind == Kind::Image).map(|row| row.wire).collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
        // A blank prompt needs a reference in its place.
        "anyOf": [
            { "properties": { Name::Prompt.wire(): { "pattern": "\\S" } } },
            {
                "required": [Name::RefImages.wire()],
                "properties": { Name::RefImages.wire(): { "type": ["string", "array"] } },
            },
        ],
    })
}

fn property(row: &Parameter) -> Value {
    let one = json!({ "$ref": "#/components/schemas/Picture" });
    let mut schema = match row.kind {
        Kind::Image => {
            return json!({ "$ref": "#/components/schemas/Picture", "description": words(row) });
        }
        // A value that may also be left out by `null`.
        Kind::Images { most } => json!({ "anyOf": [
            one.clone(),
            { "type": "array", "minItems": 1, "maxItems": most, "items": one },
            { "type": "null" },
        ] }),
        Kind::Text { .. } => json!({ "type": ["string", "null"] }),
        Kind::Whole { least, most } => {
            json!({ "type": ["integer", "null"], "minimum": least, "maximum": most })
        }
        Kind::Switch => json!({ "type": ["boolean", "null"] }),
    };
    if let Some(default) = row.default {
        schema["default"] = match default {
            Fixed::Text(text) => text.into(),
            Fixed::Whole(number) => number.into(),
            Fixed::Switch(on) => on.into(),
        };
    }
    schema["description"] = words(row).into();
    schema
}

fn picture() -> Value {
    json!({ "anyOf": [
        { "type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://", "description": "An address" },
        {
            "type": "string",
            "contentEncoding": "base64",
            "pattern": "^(data:[^,]*,)?[A-Za-z0-9+/=_ \\t\\r\\n-]+$",
            "description": "A JPEG, PNG or WEBP file; best without a prefix and line breaks",
        },
    ] })
}

fn words(row: &Parameter) -> String {
    let values = Rule::Type(row.kind);
    let matters = match row.matters {
        Matters::Always => "",
        Matters::WhenNotFast => "; has an effect when not fast",
        Matters::WithPrompt => "; has an effect with a prompt",
        Matters::WithReference => "; has an effect with ref_images",
        Matters::WithAlpha => "; has an effect when the photo has transparency",
    };
    format!("{values}{matters}")
}

fn header(meaning: &str) -> Value {
    json!({ "description": meaning, "schema": { "type": "string" } })
}

fn answered(meaning: &str, schema: &Value) -> Value {
    json!({
        "description": meaning,
        "headers": { "x-request-id": { "$ref": "#/components/headers/x-request-id" } },
        "content": { "application/json": { "schema": schema } },
    })
}

fn failed(meaning: &str) -> Value {
    answered(meaning, &json!({ "$ref": "#/components/schemas/Error" }))
}

fn passed_on() -> Value {
    json!({
        "description": "A failure of the provider's, passed on as it is",
        "headers": { "x-request-id": { "$ref": "#/components/headers/x-request-id" } },
        "content": { "*/*": {} },
    })
}

/// An object with all of these and no others.
fn object(properties: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A parameter that is missing here, or has other bounds or another default, fails.
    #[test]
    fn each_row_of_the_table_is_a_property() {
        let document = document();
        let request = &document["components"]["schemas"]["Request"];
        let properties = request["properties"].as_object().unwrap();
        let names: Vec<&str> = properties.keys().map(String::as_str).collect();
        let mut rows: Vec<&str> = PARAMETERS.iter().map(|row| row.wire).collect();
        rows.sort_unstable();
        assert_eq!(names, rows);
        assert_eq!(request["required"], json!(["image"]));
        for row in &PARAMETERS {
            let schema = &properties[row.wire];
            let default = row.default.map(|default| match default {
                Fixed::Text(text) => json!(text),
                Fixed::Whole(number) => json!(number),
                Fixed::Switch(on) => json!(on),
            });
            assert_eq!(schema.get("default"), default.as_ref(), "{}", row.wire);
            let bounds = match row.kind {
                Kind::Whole { least, most } => (json!(least), json!(most)),
                _ => (Value::Null, Value::Null),
            };
            assert_eq!((&schema["minimum"], &schema["maximum"]), (&bounds.0, &bounds.1));
            if let Kind::Images { most } = row.kind {
                assert_eq!(schema["anyOf"][1]["maxItems"], json!(most));
            }
        }
        assert_eq!(properties[Name::Seed.wire()]["maximum"], json!(2_147_483_647));
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn look(at: &Value, document: &Value) {
            match at {
                Value::Object(map) => {
                    if let Some(Value::String(to)) = map.get("$ref") {
                        let pointer = to.strip_prefix('#').unwrap();
                        assert!(document.pointer(pointer).is_some(), "{to}");
                    }
                    map.values().for_each(|value| look(value, document));
                }
                Value::Array(list) => list.iter().for_each(|value| look(value, document)),
                _ => {}
            }
        }
        let document = document();
        look(&document, &document);
    }
}
