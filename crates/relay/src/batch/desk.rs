//! Batches over HTTP: begun, filled, watched and collected.

use super::{
    Batch, Begun, CANCELLED as AT_ONCE, End, Item, MOST, New, Progress, Store, events, key, zipped,
};
use crate::body;
use crate::desk::{Desk, scoped, valid};
use crate::failed::Failed;
use crate::{checked, guard, order};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use backdrop_contract::{Name, Request as Parameters};
use base64::Engine as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Where batches are.
pub const BATCHES: &str = "/v1/batches";

/// How many items are told at once, at most.
pub const PAGE: u32 = 1000;

/// Why a photo that was cancelled has no picture.
pub const CANCELLED: &str = "this photo was cancelled before it was sent";

/// What begins a batch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    images: Vec<String>,
    #[serde(default)]
    parameters: Map<String, Value>,
}

/// The routes of batches.
pub fn router(desk: Desk) -> Router {
    let path = |rest: &str| format!("{BATCHES}{rest}");
    Router::new()
        .route(BATCHES, post(begin).fallback(only))
        .route(&path("/{id}"), get(progress).delete(forget).fallback(only))
        .route(&path("/{id}/cancel"), post(cancel_all).fallback(only))
        .route(&path("/{id}/items"), get(items).fallback(only))
        .route(&path("/{id}/items/{number}"), put(add).get(collect).fallback(only))
        .route(&path("/{id}/items/{number}/again"), post(again).fallback(only))
        .route(&path("/{id}/items/{number}/cancel"), post(cancel_one).fallback(only))
        .route(&path("/{id}/events"), get(watch).fallback(only))
        .route(&path("/{id}/results.zip"), get(zip).fallback(only))
        .with_state(desk)
}

async fn only(method: Method) -> Failed {
    Failed::new(StatusCode::METHOD_NOT_ALLOWED, format!("this address does not take {method}"))
}

async fn begin(State(desk): State<Desk>, request: Request) -> Result<Response, Failed> {
    let (parts, body) = request.into_parts();
    let (store, owner) = may(&desk, &parts)?;
    guard::is_json(&parts.headers)?;
    guard::is_plain(&parts.headers)?;
    let key = crate::desk::key(&parts.headers)?;
    let client = desk.terms().clients.who(&parts)?;
    desk.terms().limits.pass(&client, &**desk.once().journal()).await?;
    let _place = desk.bulk()?;
    let bytes: Bytes = body::read(body, most(&desk)).await?.into();
    let hash = checked::hash(Body::from(bytes.clone()), u64::MAX).await?;
    let Wanted { images, parameters } =
        serde_json::from_slice(&bytes).map_err(|error| order::unreadable(&error))?;
    drop(bytes);
    if images.len() > MOST as usize {
        return Err(Failed::bad(format!("images: are {}; at most {MOST}", images.len())));
    }
    if parameters.contains_key(Name::Image.wire()) {
        return Err(Failed::bad("parameters: hold no image; the images stand in a list"));
    }
    holds(&desk, &parameters, None)?;
    let mut inputs = Vec::with_capacity(images.len());
    for (number, image) in (0..).zip(images) {
        let own = Map::from_iter([(Name::Image.wire().to_owned(), image.into())]);
        holds(&desk, &Map::new(), Some(&own)).map_err(|failed| Failed {
            text: format!("{} (image {number})", failed.text),
            ..failed
        })?;
        inputs.push((number, Value::Object(own).to_string().into()));
    }
    let id = match key {
        Some(key) => named(&scoped(&client, &key)),
        None => random()?,
    };
    let new =
        New { id: id.clone(), owner, hash, parameters: Value::Object(parameters).to_string() };
    let begun = store.begin(new).await?;
    if begun == Begun::Other {
        return Err(Failed::new(
            StatusCode::CONFLICT,
            "this Idempotency-Key was used for another request; send this one under a new key",
        ));
    }
    // Also the second time: the first may have been cut off in between.
    store.add(&id, inputs).await?;
    let place = HeaderValue::try_from(format!("{BATCHES}/{id}")).map_err(|_| unknown())?;
    let told = so_far(&desk, &store, &id).await?;
    let mut response = (StatusCode::CREATED, told).into_response();
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}

async fn add(
    State(desk): State<Desk>,
    Path((id, number)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failed> {
    let (parts, body) = request.into_parts();
    let (store, _) = mine(&desk, &parts, &id).await?;
    let number = place(&number)?;
    guard::is_plain(&parts.headers)?;
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_file = kind.is_some_and(|kind| kind.starts_with("image/"));
    if !is_file {
        guard::is_json(&parts.headers)?;
    }
    let _place = desk.bulk()?;
    let bytes = body::read(body, most(&desk)).await?;
    let own: Map<String, Value> = if is_file {
        let base64 = base64::prelude::BASE64_STANDARD.encode(&bytes);
        Map::from_iter([(Name::Image.wire().to_owned(), base64.into())])
    } else {
        serde_json::from_slice(&bytes).map_err(|error| order::unreadable(&error))?
    };
    drop(bytes);
    holds(&desk, &Map::new(), Some(&own))?;
    store.add(&id, vec![(number, Value::Object(own).to_string().into())]).await?;
    so_far(&desk, &store, &id).await
}

async fn progress(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failed> {
    let (store, _) = mine(&desk, &request.into_parts().0, &id).await?;
    so_far(&desk, &store, &id).await
}

/// How far a batch is, and whether it can go on.
async fn so_far(desk: &Desk, store: &Arc<dyn Store>, id: &str) -> Result<Response, Failed> {
    let Batch { progress, .. } = store.batch(id).await?.ok_or_else(unknown)?;
    let mut told = told(id, progress);
    if progress.waiting > 0 && store.bytes().await? >= desk.terms().room {
        told["full"] = true.into();
    }
    Ok(said(&told))
}

/// Sends a photo once more that ended without a picture.
async fn again(
    State(desk): State<Desk>,
    Path((id, number)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failed> {
    let (store, _) = mine(&desk, &request.into_parts().0, &id).await?;
    let number = place(&number)?;
    let item = one(&store, &id, number).await?;
    if item.end == Some(End::Done) {
        let text = "this photo has its picture; nothing is sent again";
        return Err(Failed::new(StatusCode::CONFLICT, text));
    }
    if item.end.is_some() {
        // An answer that came late is in the journal: then there is nothing to send.
        let entry = store.find(&key(&id, number, item.again)).await?;
        let anew = entry.is_some_and(|entry| entry.answer.is_none());
        store.again(&id, number, anew).await?;
    }
    let item = one(&store, &id, number).await?;
    Ok((StatusCode::ACCEPTED, said(&item_told(&id, &item))).into_response())
}

async fn cancel_one(
    State(desk): State<Desk>,
    Path((id, number)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failed> {
    let (store, _) = mine(&desk, &request.into_parts().0, &id).await?;
    let number = place(&number)?;
    one(&store, &id, number).await?;
    store.cancel(&id, number, 1).await?;
    let item = one(&store, &id, number).await?;
    Ok(said(&item_told(&id, &item)))
}

async fn cancel_all(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failed> {
    let (store, _) = mine(&desk, &request.into_parts().0, &id).await?;
    nothing_waits(&store, &id).await?;
    so_far(&desk, &store, &id).await
}

/// Cancels what waits, in steps: others wait for each.
async fn nothing_waits(store: &Arc<dyn Store>, id: &str) -> Result<(), Failed> {
    for from in (0..MOST).step_by(AT_ONCE as usize) {
        // Numbers need not be without gaps.
        if store.items(id, from, AT_ONCE).await?.iter().any(|item| item.end.is_none()) {
            store.cancel(id, from, AT_ONCE).await?;
        }
    }
    Ok(())
}

async fn forget(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failed> {
    let (store, _) = mine(&desk, &request.into_parts().0, &id).await?;
    nothing_waits(&store, &id).await?;
    store.forget(&id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn one(store: &Arc<dyn Store>, id: &str, number: u32) -> Result<Item, Failed> {
    let item = store.items(id, number, 1).await?;
    item.into_iter().find(|item| item.number == number).ok_or_else(unknown)
}

async fn items(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failed> {
    let parts = request.into_parts().0;
    let asked = |name: &str, least: u32, most: u32, default: u32| {
        let query = parts.uri.query().unwrap_or_default();
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let Some((_, value)) = pairs.find(|(key, _)| key == name) else { return Ok(default) };
        let value = value.parse().ok().filter(|value| (least..=most).contains(value));
        value.ok_or_else(|| Failed::bad(format!("{name}: takes {least} to {most}")))
    };
    let from = asked("from", 0, MOST - 1, 0)?;
    let count = asked("count", 1, PAGE, PAGE)?;
    let (store, _) = mine(&desk, &parts, &id).await?;
    let items = store.items(&id, from, count).await?;
    let items: Vec<Value> = items.iter().map(|item| item_told(&id, item)).collect();
    Ok(said(&json!({ "items": items })))
}

async fn collect(
    State(desk): State<Desk>,
    Path((id, number)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failed> {
    let (store, _) = mine(&desk, &request.into_parts().0, &id).await?;
    let number = place(&number)?;
    let item = one(&store, &id, number).await?;
    match item.end {
        Some(End::Done) => desk.once().collect(&key(&id, number, item.again), "").await,
        Some(End::Failed(status, text)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            Err(Failed::new(status, text))
        }
        Some(End::Uncertain(text)) => Err(Failed::uncertain(text)),
        Some(End::Cancelled) => Err(Failed::new(StatusCode::CONFLICT, CANCELLED)),
        None => {
            let mut response = (StatusCode::ACCEPTED, said(&item_told(&id, &item))).into_response();
            response.headers_mut().insert(header::RETRY_AFTER, 2.into());
            Ok(response)
        }
    }
}

async fn watch(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failed> {
    let (store, _) = mine(&desk, &request.into_parts().0, &id).await?;
    Ok(events::stream(store, id, desk.readiness().clone()))
}

async fn zip(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failed> {
    let (store, batch) = mine(&desk, &request.into_parts().0, &id).await?;
    Ok(zipped::stream(store, Arc::clone(desk.once()), id, batch.progress.total))
}

/// Where batches are offered and this client may ask: the store, and whom its token names.
fn may(desk: &Desk, parts: &Parts) -> Result<(Arc<dyn Store>, Option<String>), Failed> {
    guard::known_origin(&parts.headers, desk.origins())?;
    let client = desk.terms().clients.who(parts)?;
    let not = || Failed::new(StatusCode::NOT_FOUND, "this relay offers no batches");
    let store = desk.store().ok_or_else(not)?;
    Ok((Arc::clone(store), client.owner))
}

/// A batch of this client's.
async fn mine(desk: &Desk, parts: &Parts, id: &str) -> Result<(Arc<dyn Store>, Batch), Failed> {
    let (store, owner) = may(desk, parts)?;
    valid(id).map_err(|_| unknown())?;
    let batch = store.batch(id).await?.filter(|batch| batch.owner == owner);
    Ok((store, batch.ok_or_else(unknown)?))
}

/// An item's number, as it stands in an address.
fn place(text: &str) -> Result<u32, Failed> {
    text.parse().ok().filter(|number| *number < MOST).ok_or_else(unknown)
}

fn unknown() -> Failed {
    Failed::new(StatusCode::NOT_FOUND, "no such batch or item here, or it is no longer kept")
}

fn most(desk: &Desk) -> usize {
    usize::try_from(desk.terms().most).unwrap_or(usize::MAX)
}

/// Whether parameters, or an item with a picture of its own, are what the endpoint takes.
fn holds(
    desk: &Desk,
    shared: &Map<String, Value>,
    own: Option<&Map<String, Value>>,
) -> Result<(), Failed> {
    let mut all = shared.clone();
    match own {
        Some(own) => all.extend(own.clone()),
        None => drop(all.insert(Name::Image.wire().to_owned(), "https://example.com/a.png".into())),
    }
    let request: Parameters =
        serde_json::from_value(Value::Object(all)).map_err(|error| order::unreadable(&error))?;
    order::with_pictures(&request)?;
    match desk.rules() {
        Some(rules) => rules.check(request).map(|_| ()),
        None => order::without_problems(&request),
    }
}

fn told(id: &str, progress: Progress) -> Value {
    let Progress { total, waiting, done, failed, uncertain, cancelled } = progress;
    json!({
        "id": id,
        "status": if waiting == 0 { "COMPLETED" } else { "PROCESSING" },
        "total": total,
        "waiting": waiting,
        "done": done,
        "failed": failed,
        "uncertain": uncertain,
        "cancelled": cancelled,
        "url": format!("{BATCHES}/{id}"),
    })
}

/// As an event tells it.
pub(super) fn event(id: &str, progress: Progress) -> String {
    told(id, progress).to_string()
}

fn item_told(id: &str, item: &Item) -> Value {
    let url = format!("{BATCHES}/{id}/items/{}", item.number);
    let mut told = json!({ "number": item.number, "url": url });
    let (status, error) = match &item.end {
        None => ("PROCESSING", None),
        Some(End::Done) => ("COMPLETED", None),
        Some(End::Failed(_, text)) => ("FAILED", Some(text)),
        Some(End::Uncertain(text)) => ("UNCERTAIN", Some(text)),
        Some(End::Cancelled) => ("CANCELLED", None),
    };
    told["status"] = status.into();
    if let Some(text) = error {
        told["error"] = text.as_str().into();
    }
    told
}

fn said(json: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json.to_string()).into_response()
}

/// The same batch for the same key.
fn named(key: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, key.as_bytes());
    hex(digest.as_ref().get(..16).unwrap_or_default())
}

/// An id that nobody guesses: whoever knows it may collect, where there are no tokens.
fn random() -> Result<String, Failed> {
    let mut bytes = [0; 16];
    let random = ring::rand::SystemRandom::new();
    ring::rand::SecureRandom::fill(&random, &mut bytes)
        .map_err(|_| Failed::own_fault("the system gives no random numbers"))?;
    Ok(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
