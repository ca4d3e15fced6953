//! The endpoint itself: who asks, whether they may, and what they get.

use crate::app::{self, Answers};
use crate::batch::Store;
use crate::call::{self, Asked, Calling, Outcome, outcome};
use crate::client::{Client, Clients};
use crate::cors::IDEMPOTENCY_KEY;
use crate::failed::Failed;
use crate::guard;
use crate::journal::{self, Broken, Budget, Spent};
use crate::limit::Limits;
use crate::metrics::Metrics;
use crate::once::Once;
use crate::ready::Readiness;
use crate::rules::Rules;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use backdrop_contract::PATH;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The longest key of an answer, in characters.
const LONGEST_KEY: usize = 128;

/// Everything that decides over a request to the endpoint.
pub struct Terms {
    pub origins: Vec<HeaderValue>,
    pub clients: Clients,
    pub limits: Limits,
    pub rules: Option<Rules>,
    pub budget: Budget,
    /// The largest body in bytes.
    pub most: u64,
    pub patience: Duration,
    /// How many bytes pictures of batches may take: then no further photo is begun.
    pub room: u64,
}

/// Takes requests to the endpoint.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    answers: Arc<Answers>,
    once: Arc<Once>,
    rules: Option<Arc<Rules>>,
    terms: Terms,
    /// Where there are batches.
    store: Option<Arc<dyn Store>>,
    bulk: Arc<Semaphore>,
    readiness: Readiness,
}

/// How many requests that are held in memory as a whole may be here at once.
const BULK: usize = 8;

impl Desk {
    /// A desk before whoever answers; it offers batches where it has a store for them.
    #[must_use]
    pub fn new(
        answers: Answers,
        once: Arc<Once>,
        mut terms: Terms,
        store: Option<Arc<dyn Store>>,
        readiness: Readiness,
    ) -> Self {
        let (answers, bulk) = (Arc::new(answers), Arc::new(Semaphore::new(BULK)));
        let rules = terms.rules.take().map(Arc::new);
        Self(Arc::new(Inner { answers, once, rules, terms, store, bulk, readiness }))
    }

    pub(crate) fn once(&self) -> &Arc<Once> {
        &self.0.once
    }

    pub(crate) fn rules(&self) -> Option<Arc<Rules>> {
        self.0.rules.clone()
    }

    pub(crate) fn terms(&self) -> &Terms {
        &self.0.terms
    }

    /// Where batches are kept, if they are offered.
    #[must_use]
    pub fn store(&self) -> Option<&Arc<dyn Store>> {
        self.0.store.as_ref()
    }

    pub(crate) fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    /// A place for a request that is held in memory as a whole.
    pub(crate) fn bulk(&self) -> Result<OwnedSemaphorePermit, Failed> {
        Arc::clone(&self.0.bulk).try_acquire_owned().map_err(|_| {
            Failed::limited("photos for other batches are arriving; try again in a moment", 1)
        })
    }

    /// Who answers.
    #[must_use]
    pub fn answers(&self) -> &Arc<Answers> {
        &self.0.answers
    }

    /// The origins whose pages may ask.
    #[must_use]
    pub fn origins(&self) -> &[HeaderValue] {
        &self.0.terms.origins
    }

    /// Notes what is left of the day's budget, where there is one.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn note_budget(&self, metrics: &Metrics) -> Result<(), Broken> {
        let budget = self.0.terms.budget;
        if budget == Budget::default() {
            return Ok(());
        }
        let today = self.0.once.journal().today().await?;
        if let Some(most) = budget.calls {
            metrics.budget_left("calls", f64::from(most.saturating_sub(today.calls)));
        }
        if let Some(most) = budget.credits {
            // In millionths, and never so many that a double would round them.
            metrics.budget_left("credits", (most - today.credits).max(0) as f64 / 1e6);
        }
        Ok(())
    }

    async fn ask(&self, request: Request) -> Result<Response, Failed> {
        let Inner { answers, once, rules, terms, .. } = &*self.0;
        let (parts, body) = request.into_parts();
        guard::known_origin(&parts.headers, &terms.origins)?;
        guard::is_json(&parts.headers)?;
        guard::is_plain(&parts.headers)?;
        let client = terms.clients.who(&parts)?;
        let key = key(&parts.headers)?;
        terms.limits.pass(&client, &**once.journal()).await?;
        let limited = terms.budget != Budget::default();
        // One with a key may be answered already.
        if limited && key.is_none() {
            self.still_affordable().await?;
        }
        let calling = Calling {
            answers: Arc::clone(answers),
            journal: Arc::clone(once.journal()),
            parts,
            rules: rules.clone(),
            budget: terms.budget,
            most: terms.most,
            patience: terms.patience,
            noted: limited || key.is_some(),
            place: terms.limits.place()?,
        };
        match key {
            Some(key) => once.answer(scoped(&client, &key), body, calling).await,
            None => self.once_only(calling, body).await,
        }
    }

    /// Without a key: the call ends with its client, and only its cost is noted.
    async fn once_only(&self, calling: Calling, body: Body) -> Result<Response, Failed> {
        let Asked { made, ticket } = call::make(calling, None, body, |_, _| {}).await;
        let Some(ticket) = ticket else { return made };
        let journal = self.0.once.journal();
        let noted = match &made {
            Ok(response) => {
                let cost = journal::cost(response.headers());
                match outcome(response.status()) {
                    Outcome::Answered => {
                        let head = journal::Head {
                            status: response.status(),
                            headers: HeaderMap::new(),
                            pieces: 0,
                            length: 0,
                        };
                        journal.settle(ticket, head, None, cost).await
                    }
                    Outcome::Failed => journal.undo(ticket, cost).await,
                    Outcome::Uncertain => journal.give_up(ticket).await,
                }
            }
            Err(failed) if failed.status == StatusCode::GATEWAY_TIMEOUT => {
                journal.give_up(ticket).await
            }
            Err(_) => journal.undo(ticket, None).await,
        };
        if let Err(broken) = noted {
            tracing::error!("{broken}");
        }
        made
    }

    /// Spares an upload that the budget cannot take. What decides is the note before it is sent.
    async fn still_affordable(&self) -> Result<(), Failed> {
        let Inner { once, terms, .. } = &*self.0;
        let today = once.journal().today().await?;
        if terms.budget.calls.is_some_and(|most| today.calls >= most) {
            return Err(Spent::Day.into());
        }
        Ok(())
    }

    async fn collect(&self, parts: &Parts, name: &str) -> Result<Response, Failed> {
        let Inner { once, terms, .. } = &*self.0;
        guard::known_origin(&parts.headers, &terms.origins)?;
        let client = terms.clients.who(parts)?;
        valid(name)?;
        once.collect(&scoped(&client, name), name).await
    }
}

/// The endpoint's routes.
pub fn router(desk: Desk) -> Router {
    let one = format!("{PATH}/{{key}}");
    Router::new()
        .route(PATH, post(ask).fallback(only_post))
        .route(&one, get(collect).fallback(app::unknown))
        .with_state(desk)
}

async fn ask(State(desk): State<Desk>, request: Request) -> Result<Response, Failed> {
    desk.ask(request).await
}

async fn collect(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Failed> {
    desk.collect(&request.into_parts().0, &name).await
}

async fn only_post() -> Response {
    let mut response =
        Failed::new(StatusCode::METHOD_NOT_ALLOWED, "this address takes POST only").into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, Failed> {
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(key) = keys.next() else { return Ok(None) };
    if keys.next().is_some() {
        return Err(Failed::bad("idempotency-key: is there twice"));
    }
    let key = key.to_str().unwrap_or_default();
    valid(key)?;
    Ok(Some(key.to_owned()))
}

pub(crate) fn valid(key: &str) -> Result<(), Failed> {
    let fits = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    let bad = || {
        let text = format!("idempotency-key: takes 1 to {LONGEST_KEY} visible ASCII characters");
        Failed::bad(text)
    };
    fits.then_some(()).ok_or_else(bad)
}

/// A key belongs to whom the token names. No key holds a line's end.
pub(crate) fn scoped(client: &Client, key: &str) -> String {
    match &client.owner {
        Some(owner) => format!("{owner}\n{key}"),
        None => key.to_owned(),
    }
}
