//! `custom-elements.json`: the tag for editors, catalogues and other tools, in schema 2.1.

use super::api::{self, Item};
use serde_json::{Value, json};

pub fn made() -> Value {
    let attributes = api::attributes();
    let fields = attributes.iter().filter(|one| !one.property.is_empty()).map(|one| {
        let mut field = json!({
            "kind": "field", "name": one.property, "type": { "text": one.kind },
            "description": one.text, "attribute": one.name,
        });
        // Attributes that hold words or a choice follow their property.
        field["reflects"] = json!(!is_parameter(&one.name));
        field
    });
    let properties = api::PROPERTIES.iter().map(|Item { name, kind, text }| {
        let (kind, read_only) =
            kind.strip_prefix("readonly ").map_or((*kind, false), |kind| (kind, true));
        json!({
            "kind": "field", "name": name, "type": { "text": kind }, "description": text,
            "readonly": read_only,
        })
    });
    let methods = api::METHODS.iter().map(|Item { name, kind, text }| {
        let returns = kind.trim_start_matches("(): ");
        json!({
            "kind": "method", "name": name, "description": text,
            "return": { "type": { "text": returns } },
        })
    });
    let attributes = attributes.iter().map(|one| {
        let mut attribute = json!({
            "name": one.name, "type": { "text": one.kind }, "description": one.text,
        });
        if !one.default.is_empty() {
            attribute["default"] = json!(one.default);
        }
        if !one.property.is_empty() {
            attribute["fieldName"] = json!(one.property);
        }
        attribute
    });
    let events = api::EVENTS.iter().map(|Item { name, kind, text }| {
        json!({
            "name": name, "type": { "text": format!("CustomEvent<{kind}>") }, "description": text,
        })
    });
    let described = |items: &'static [Item]| -> Vec<Value> {
        let one = |Item { name, text, .. }: &Item| json!({ "name": name, "description": text });
        items.iter().map(one).collect()
    };
    let variables = api::VARIABLES.iter().map(
        |Item { name, kind, text }| json!({ "name": name, "syntax": kind, "description": text }),
    );
    let class = json!({
        "kind": "class",
        "name": "BackdropStudioElement",
        "tagName": "backdrop-studio",
        "customElement": true,
        "formAssociated": true,
        "superclass": { "name": "HTMLElement" },
        "description": "Puts a photo on a new background.",
        "attributes": attributes.collect::<Vec<_>>(),
        "members": fields.chain(properties).chain(methods).collect::<Vec<_>>(),
        "events": events.collect::<Vec<_>>(),
        "cssParts": described(&api::PARTS),
        "cssStates": described(&api::STATES),
        "cssProperties": variables.collect::<Vec<_>>(),
        "slots": described(&api::SLOTS),
    });
    let definition = json!({
        "kind": "custom-element-definition",
        "name": "backdrop-studio",
        "declaration": { "name": "BackdropStudioElement", "module": "index.js" },
    });
    json!({
        "schemaVersion": "2.1.0",
        "readme": "README.md",
        "modules": [{
            "kind": "javascript-module",
            "path": "index.js",
            "declarations": [class],
            "exports": [definition],
        }],
    })
}

fn is_parameter(attribute: &str) -> bool {
    backdrop_contract::Name::of(&attribute.replace('-', "_")).is_some()
}
