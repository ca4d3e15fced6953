//! One call from the client's body to the answer's head: read by the rules, written down, sent.

use crate::app::Answers;
use crate::checked::{Arrived, Checked, Gate, Hash, Refusal};
use crate::failed::Failed;
use crate::fetchable;
use crate::journal::{Budget, Call, Journal, Ticket};
use crate::rules::{Address, Rules};
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use http_body::Body as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// A call that is to be made.
pub struct Calling {
    pub answers: Arc<Answers>,
    pub journal: Arc<dyn Journal>,
    pub parts: Parts,
    pub rules: Option<Arc<Rules>>,
    pub budget: Budget,
    /// The largest body in bytes.
    pub most: u64,
    /// How long a request may be on its way after its answer has begun.
    pub patience: Duration,
    /// Whether it is written down, as a call with a key is, or one that counts.
    pub noted: bool,
    /// Given back when the answer begins.
    pub place: OwnedSemaphorePermit,
}

/// What came of a call, and its ticket if it was sent whole.
pub struct Asked {
    pub made: Result<Response, Failed>,
    pub ticket: Option<Ticket>,
}

/// What an answer's status means for the bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    /// Nothing was made, and nothing billed.
    Failed,
    /// The server, or one before it, gave up waiting.
    Uncertain,
}

/// Reads an answer's status.
#[must_use]
pub fn outcome(status: StatusCode) -> Outcome {
    match status.as_u16() {
        408 | 504 => Outcome::Uncertain,
        ..400 => Outcome::Answered,
        400.. => Outcome::Failed,
    }
}

/// Makes a call. `told` hears of its body, and of its ticket if it got one, before the last of it is sent.
pub async fn make(
    calling: Calling,
    key: Option<String>,
    body: Body,
    told: impl FnOnce(Hash, Option<&Ticket>) + Send + 'static,
) -> Asked {
    let Calling { answers, journal, mut parts, rules, budget, most, patience, noted, place } =
        calling;
    // Addresses are looked up at the gate, too.
    let gated = noted || rules.as_ref().is_some_and(|rules| rules.look_up_addresses());
    // An empty body would never be asked for.
    if (gated || rules.is_some()) && body.is_end_stream() {
        let made = Err(Failed::bad("the body is not JSON: it is empty"));
        return Asked { made, ticket: None };
    }
    let refusal = Refusal::default();
    let (hand, mut ticket) = oneshot::channel();
    let length = body.size_hint().exact();
    let mut checked = Checked::new(body, most, Arc::clone(&refusal));
    if let Some(rules) = &rules {
        // A charset could have somebody else read it differently.
        let kind = HeaderValue::from_static("application/json");
        parts.headers.insert(header::CONTENT_TYPE, kind);
        checked = checked.scanned(rules.scan(length));
    }
    if gated {
        // Only a key is compared by it.
        checked = if key.is_some() { checked.hashed() } else { checked };
        let gate = Noting { journal, key, budget, noted, refusal: Arc::clone(&refusal), hand };
        checked = checked.gated(gate.boxed(told));
    }
    let made = answers.make(Request::from_parts(parts, Body::new(checked))).await;
    drop(place);
    let answered = made.as_ref().is_ok_and(|made| outcome(made.status()) != Outcome::Failed);
    let ticket = if noted && answered {
        // An answer may begin before the request has ended.
        let handed = tokio::time::timeout(patience, ticket).await;
        let Ok(Ok(ticket)) = handed else {
            let text = "the provider answered before it had the whole request";
            let early = || Failed::new(StatusCode::BAD_GATEWAY, text);
            let made = Err(refusal.get().cloned().unwrap_or_else(early));
            return Asked { made, ticket: None };
        };
        Some(ticket)
    } else {
        // One that is handed out from now on is given back by the gate.
        ticket.close();
        ticket.try_recv().ok()
    };
    let made = refusal.get().cloned().map_or(made, Err);
    Asked { made, ticket }
}

/// What happens at the gate.
struct Noting {
    journal: Arc<dyn Journal>,
    key: Option<String>,
    budget: Budget,
    noted: bool,
    refusal: Refusal,
    hand: oneshot::Sender<Ticket>,
}

impl Noting {
    fn boxed(self, told: impl FnOnce(Hash, Option<&Ticket>) + Send + 'static) -> Gate {
        Box::new(move |arrived| {
            // By itself: what is written down must be handed on, or taken back, whoever has gone.
            tokio::spawn(async move {
                let Arrived { hash, addresses, go } = arrived;
                let refusal = Arc::clone(&self.refusal);
                match self.note(hash, addresses, told).await {
                    Ok(true) => {
                        let _ = go.send(());
                    }
                    Ok(false) => {}
                    // Before `go` is dropped: whoever sees that looks for the reason.
                    Err(failed) => {
                        let _ = refusal.set(failed);
                    }
                }
            });
        })
    }

    /// Whether the last piece may go: not when the call has already ended.
    async fn note(
        self,
        hash: Hash,
        addresses: Vec<Address>,
        told: impl FnOnce(Hash, Option<&Ticket>),
    ) -> Result<bool, Failed> {
        for (name, address) in addresses {
            let not = |why| Failed::bad(format!("{}: {why}", name.wire()));
            fetchable::check(&address).await.map_err(not)?;
        }
        if !self.noted {
            return Ok(true);
        }
        let call = Call { key: self.key, hash, budget: self.budget };
        let ticket = match self.journal.send(call).await? {
            Ok(ticket) => ticket,
            Err(spent) => {
                told(hash, None);
                return Err(spent.into());
            }
        };
        told(hash, Some(&ticket));
        match self.hand.send(ticket) {
            Ok(()) => Ok(true),
            Err(ticket) => {
                self.journal.undo(ticket, None).await?;
                Ok(false)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_has_its_outcome() {
        for (status, expected) in [
            (200, Outcome::Answered),
            (202, Outcome::Answered),
            (400, Outcome::Failed),
            (408, Outcome::Uncertain),
            (422, Outcome::Failed),
            (429, Outcome::Failed),
            (500, Outcome::Failed),
            (503, Outcome::Failed),
            (504, Outcome::Uncertain),
        ] {
            assert_eq!(outcome(StatusCode::from_u16(status).unwrap()), expected, "{status}");
        }
    }
}
