//! The part about batches.

use super::{answered, failed, header, key_schema, made, object, passed_on, request};
use crate::batch::MOST;
use crate::batch::desk::{BATCHES, PAGE};
use backdrop_contract::Name;
use serde_json::{Map, Value, json};

pub fn paths() -> Map<String, Value> {
    let at = |rest: &str, operations: Value| (format!("{BATCHES}{rest}"), operations);
    Map::from_iter([
        at("", json!({ "post": begin() })),
        at("/{id}", json!({ "get": progress(), "delete": forget() })),
        at("/{id}/cancel", json!({ "post": cancel_all() })),
        at("/{id}/items", json!({ "get": items() })),
        at("/{id}/items/{number}", json!({ "put": add(), "get": collect() })),
        at("/{id}/items/{number}/again", json!({ "post": again() })),
        at("/{id}/items/{number}/cancel", json!({ "post": cancel_one() })),
        at("/{id}/events", json!({ "get": events() })),
        at("/{id}/results.zip", json!({ "get": zip() })),
    ])
}

pub fn schemas() -> Map<String, Value> {
    let count = |meaning: &str| json!({ "type": "integer", "minimum": 0, "maximum": MOST, "description": meaning });
    let url = json!({ "type": "string", "format": "uri-reference" });
    let mut batch = object(&[
        ("id", json!({ "type": "string" })),
        ("status", json!({ "enum": ["PROCESSING", "COMPLETED"] })),
        ("total", count("Photos that are there")),
        ("waiting", count("Of them, those that have no end yet")),
        ("done", count("Those that are made")),
        ("failed", count("Those that definitely failed")),
        ("uncertain", count("Those that were sent, and may have been billed, without an answer")),
        ("cancelled", count("Those that were not wanted any more before they were sent")),
        ("url", url.clone()),
    ]);
    batch["properties"]["full"] = json!({
        "const": true,
        "description": "Nothing more is begun: the pictures of all batches take what the relay \
            keeps of them. Absent otherwise",
    });
    let item = json!({
        "type": "object",
        "required": ["number", "status", "url"],
        "properties": {
            "number": number(),
            "status": { "enum": ["PROCESSING", "COMPLETED", "FAILED", "UNCERTAIN", "CANCELLED"] },
            "url": url,
            "error": { "type": "string", "description": "Why it has no picture" },
        },
        "additionalProperties": false,
    });
    Map::from_iter([
        ("Batch".to_owned(), batch),
        ("Item".to_owned(), item),
        ("NewBatch".to_owned(), new()),
    ])
}

/// What begins one: pictures, and what they share.
fn new() -> Value {
    let mut shared = request();
    if let Some(shared) = shared.as_object_mut() {
        shared.remove("required");
        if let Some(Value::Object(properties)) = shared.get_mut("properties") {
            properties.remove(Name::Image.wire());
        }
    }
    json!({
        "type": "object",
        "properties": {
            "images": {
                "type": "array",
                "maxItems": MOST,
                "items": { "$ref": "#/components/schemas/Picture" },
                "description": "Numbered from 0 on; more may be added one by one",
            },
            "parameters": shared,
        },
        "additionalProperties": false,
    })
}

fn begin() -> Value {
    let mut created = answered("It is begun, or was by the same request", &batch());
    created["headers"]["location"] = header("Where it is");
    json!({
        "operationId": "beginBatch",
        "summary": "Hands many photos over at once, to be collected later",
        "parameters": [{
            "name": "Idempotency-Key",
            "in": "header",
            "description": "The same key and body are one batch",
            "schema": key_schema(),
        }],
        "security": security(),
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/NewBatch" } } },
        },
        "responses": responses("201", created, &SENT),
    })
}

fn progress() -> Value {
    json!({
        "operationId": "batch",
        "summary": "How far a batch is",
        "parameters": [id()],
        "security": security(),
        "responses": responses("200", answered("Its progress", &batch()), &[]),
    })
}

fn items() -> Value {
    let list = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Item" } });
    let asked = |name: &str, least: u32, most: u32, default: u32| {
        let schema =
            json!({ "type": "integer", "minimum": least, "maximum": most, "default": default });
        json!({ "name": name, "in": "query", "schema": schema })
    };
    json!({
        "operationId": "batchItems",
        "summary": "Some of a batch's photos, and how each ended",
        "parameters": [id(), asked("from", 0, MOST - 1, 0), asked("count", 1, PAGE, PAGE)],
        "security": security(),
        "responses": responses("200", answered("They", &object(&[("items", list)])), &[WRONG]),
    })
}

fn add() -> Value {
    json!({
        "operationId": "addToBatch",
        "summary": "Adds a photo; one that is there already stays as it is",
        "parameters": [id(), in_path("number", &number())],
        "security": security(),
        "requestBody": {
            "required": true,
            "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/Request" } },
                "image/jpeg": {}, "image/png": {}, "image/webp": {},
            },
        },
        "responses": responses("200", answered("The batch's progress", &batch()), &SENT),
    })
}

fn collect() -> Value {
    let mut responses = responses("200", made(), &[]);
    responses.insert("202".into(), answered("It is still being made", &item()));
    responses.insert("409".into(), failed("It was cancelled"));
    responses.insert("504".into(), failed("It was sent, and what became of it is not known"));
    responses.insert("default".into(), passed_on());
    json!({
        "operationId": "collectFromBatch",
        "summary": "A photo's picture, or why it has none",
        "parameters": [id(), in_path("number", &number())],
        "security": security(),
        "responses": responses,
    })
}

fn again() -> Value {
    let mut responses = responses("202", answered("It waits", &item()), &[]);
    responses.insert("409".into(), failed("It has its picture"));
    json!({
        "operationId": "sendAgain",
        "summary": "Sends a photo once more that ended without a picture",
        "description": "One that is uncertain may have been billed, and may be billed again. An \
            answer that came late is used, and nothing sent.",
        "parameters": [id(), in_path("number", &number())],
        "security": security(),
        "responses": responses,
    })
}

fn cancel_one() -> Value {
    json!({
        "operationId": "cancelPhoto",
        "summary": "Cancels a photo that waits; one that is under way comes to its end",
        "parameters": [id(), in_path("number", &number())],
        "security": security(),
        "responses": responses("200", answered("What became of it", &item()), &[]),
    })
}

fn cancel_all() -> Value {
    json!({
        "operationId": "cancelBatch",
        "summary": "Cancels all photos that wait; what is under way comes to its end",
        "parameters": [id()],
        "security": security(),
        "responses": responses("200", answered("The batch's progress", &batch()), &[]),
    })
}

fn forget() -> Value {
    json!({
        "operationId": "deleteBatch",
        "summary": "Cancels a batch, and forgets it with its pictures",
        "parameters": [id()],
        "security": security(),
        "responses": responses("204", json!({ "description": "It is gone" }), &[]),
    })
}

fn events() -> Value {
    let told = json!({
        "description": "`progress` at once and at each change, and `done` once nothing waits; \
            the data of each is the batch as JSON",
        "content": { "text/event-stream": { "schema": { "type": "string" } } },
    });
    json!({
        "operationId": "watchBatch",
        "summary": "A batch's progress as server-sent events",
        "parameters": [id()],
        "security": security(),
        "responses": responses("200", told, &[]),
    })
}

fn zip() -> Value {
    let file = json!({
        "description": "The pictures that are there, by number; `failed.json` says what has none",
        "content": { "application/zip": {} },
    });
    json!({
        "operationId": "batchAsZip",
        "summary": "All pictures of a batch in one file",
        "parameters": [id()],
        "security": security(),
        "responses": responses("200", file, &[]),
    })
}

const WRONG: (u16, &str) = (400, "Something is wrong; the text names what");

/// What may be wrong with what is sent.
const SENT: [(u16, &str); 7] = [
    WRONG,
    (408, "The request came too slowly"),
    (409, "The Idempotency-Key was used for another body"),
    (413, "The request is too large"),
    (415, "The request's type is not taken"),
    (429, "Too many requests"),
    (431, "The request's head is too large"),
];

fn responses(status: &str, fine: Value, more: &[(u16, &str)]) -> Map<String, Value> {
    let all = [
        (401, "The site's token is not valid"),
        (403, "A page of another site may not use this relay"),
        (404, "This relay offers no batches, or has none of this name for this client"),
        (421, "The relay does not answer to this host's name"),
        (503, "What is kept cannot be reached; try again later"),
    ];
    let mut responses = Map::from_iter([(status.to_owned(), fine)]);
    for (status, meaning) in all.iter().chain(more) {
        responses.insert(status.to_string(), failed(meaning));
    }
    responses.insert("default".into(), failed("Another failure"));
    responses
}

fn security() -> Value {
    json!([{}, { "token": [] }])
}

fn batch() -> Value {
    json!({ "$ref": "#/components/schemas/Batch" })
}

fn item() -> Value {
    json!({ "$ref": "#/components/schemas/Item" })
}

fn id() -> Value {
    in_path("id", &json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" }))
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": MOST - 1 })
}

fn in_path(name: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}
