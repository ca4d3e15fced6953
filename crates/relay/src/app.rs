//! Which path goes where.

use crate::answer::Answering;
use crate::desk::{self, Desk};
use crate::failed::Failed;
use crate::finer::Finer;
use crate::forward::Forwarding;
use crate::metrics::{self, Metrics};
use crate::ready::{self, Readiness};
use crate::site::Site;
use crate::{batch, body, cors, guard, headers, health, openapi, watch};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use axum::{Router, middleware};
use backdrop_contract::PATH;

/// Who answers the endpoint.
#[derive(Clone)]
pub enum Answers {
    Engine(Answering),
    Provider(Box<Forwarding>),
}

impl Answers {
    /// Makes the picture, or has it made.
    ///
    /// # Errors
    /// What the one who answers fails with.
    pub async fn make(&self, request: Request) -> Result<Response, Failed> {
        match self {
            Self::Engine(engine) => engine.answer(request.into_body()).await,
            Self::Provider(provider) => provider.forward(request).await,
        }
    }

    /// Whether a picture costs something.
    #[must_use]
    pub fn cost(&self) -> bool {
        matches!(self, Self::Provider(_))
    }
}

/// Everything the relay serves.
///
/// The page gets this security `policy`. With `names` the relay answers to these and this machine's
/// own only (see [`guard::known_name`]).
pub fn router(
    desk: Desk,
    policy: HeaderValue,
    (site, finer): (&Site, Finer),
    metrics: &Metrics,
    readiness: &Readiness,
    names: Option<guard::Names>,
) -> Router {
    let cors = cors::layer(desk.origins());
    let mut api = Router::new()
        .route("/healthz", get(health::healthz).with_state(desk.clone()))
        .route("/readyz", get(ready::readyz).with_state(readiness.clone()))
        .route("/openapi.json", get(openapi::openapi))
        .route("/v1", any(unknown))
        .route("/v1/", any(unknown))
        .route("/v1/{*rest}", any(unknown))
        .merge(batch::desk::router(desk.clone()))
        .merge(desk::router(desk))
        .layer(middleware::map_response(headers::of_the_api));
    if let Some(cors) = cors {
        api = api.layer(cors);
    }
    let site =
        site.router(finer).layer(middleware::map_response_with_state(policy, headers::of_the_site));
    within_limits(api.fallback_service(site), metrics, names)
}

/// What Prometheus reads, on a listener of its own.
pub fn metrics_router(
    desk: Desk,
    metrics: &Metrics,
    readiness: &Readiness,
    names: Option<guard::Names>,
) -> Router {
    let router = Router::new()
        .route("/metrics", get(numbers).with_state((desk, metrics.clone())))
        .route("/readyz", get(ready::readyz).with_state(readiness.clone()))
        .fallback(only_numbers)
        .layer(middleware::map_response(headers::of_the_api));
    within_limits(router, metrics, names)
}

fn within_limits(mut router: Router, metrics: &Metrics, names: Option<guard::Names>) -> Router {
    if let Some(names) = names {
        router = router.layer(middleware::from_fn_with_state(names, guard::known_name));
    }
    router
        .layer(middleware::map_request(body::to_its_end))
        .layer(middleware::from_fn_with_state(metrics.clone(), watch::each))
}

async fn numbers(State((desk, metrics)): State<(Desk, Metrics)>) -> Result<Response, Failed> {
    if let Some(store) = desk.store() {
        match store.waiting().await {
            Ok(waiting) => metrics.batch_waiting(waiting),
            Err(broken) => tracing::error!("{broken}"),
        }
    }
    // A journal that cannot be read shows in the requests; the other numbers are wanted then most.
    if let Err(broken) = desk.note_budget(&metrics).await {
        tracing::error!("{broken}");
    }
    let text = metrics.text().map_err(|_| Failed::own_fault("the numbers cannot be written"))?;
    Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}

async fn only_numbers() -> Failed {
    Failed::new(StatusCode::NOT_FOUND, "here are /metrics and /readyz only")
}

/// What is asked for and is not there.
pub async fn unknown() -> Failed {
    Failed::new(StatusCode::NOT_FOUND, format!("no such endpoint; there is one: POST {PATH}"))
}
