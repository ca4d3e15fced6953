//! Which path goes where.

use crate::answer::Answering;
use crate::failed::Failed;
use crate::forward::Forwarding;
use crate::origin::Origin;
use crate::{body, guard, headers, health, log, site};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use axum::{Router, middleware};
use backdrop_contract::PATH;
use std::path::Path;
use std::sync::Arc;

/// Who answers the endpoint.
#[derive(Clone)]
pub enum Answers {
    Engine(Answering),
    Provider(Box<Forwarding>),
}

/// Everything the relay serves.
///
/// `on_loopback` says that it listens on this machine alone: then it answers to this machine's own
/// names only (see [`guard::named_as_this_machine`]).
///
/// # Errors
/// When the page's security policy cannot be written with this origin.
pub fn router(
    answers: Answers,
    upstream: &Origin,
    site: &Path,
    on_loopback: bool,
) -> Result<Router, header::InvalidHeaderValue> {
    let answers = Arc::new(answers);
    let policy = headers::policy(upstream)?;
    let api = Router::new()
        .route(PATH, post(make).fallback(only_post))
        .route("/healthz", get(health::healthz))
        .route("/v1", any(unknown))
        .route("/v1/", any(unknown))
        .route("/v1/{*rest}", any(unknown))
        .layer(middleware::map_response(headers::of_the_api))
        .with_state(answers);
    let site =
        site::router(site).layer(middleware::map_response_with_state(policy, headers::of_the_site));
    let mut all = api.fallback_service(site);
    if on_loopback {
        all = all.layer(middleware::from_fn(guard::named_as_this_machine));
    }
    Ok(all
        .layer(middleware::map_request(body::to_its_end))
        .layer(middleware::from_fn(log::one_line_each)))
}

async fn make(State(answers): State<Arc<Answers>>, request: Request) -> Result<Response, Failed> {
    guard::same_origin(request.headers())?;
    guard::is_json(request.headers())?;
    match &*answers {
        Answers::Engine(engine) => engine.answer(request.into_body()).await,
        Answers::Provider(provider) => provider.forward(request).await,
    }
}

async fn only_post() -> Response {
    let mut response =
        Failed::new(StatusCode::METHOD_NOT_ALLOWED, "this address takes POST only").into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

async fn unknown() -> Failed {
    Failed::new(StatusCode::NOT_FOUND, format!("no such endpoint; there is one: POST {PATH}"))
}
