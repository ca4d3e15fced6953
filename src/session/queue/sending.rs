//! One photo of a queue is sent, and what came of it is found out.

use super::item::{Item, Sent};
use super::{Order, Queue};
use crate::endpoint::{self, Abort, Call, Connection, Phase, Picture};
use crate::keep::{Hold, Pending, Times};
use crate::photo::Photo;
use crate::session::run::{milliseconds, now};
use crate::session::{Outcome, Session, host};
use backdrop_contract::{Failure, FailureKind, Name, Request};
use backdrop_queue::{Id, State};
use leptos::prelude::*;
use std::rc::Rc;

/// Sends it, and says what came of it.
pub(super) fn start(queue: Queue, id: Id) {
    let (Some(item), Some(order)) = (queue.item(id), queue.order.get_value()) else { return };
    let Some(abort) = item.begin(queue.session) else { return };
    // A task of its own, as what answers at once would send the next from within.
    queue.session.spawn(async move {
        let made = send(queue, item, &order, abort).await;
        end(queue, item, made).await;
    });
}

/// Asks what came of one that was sent before the page was left.
pub(super) fn collect(queue: Queue, item: Item, connection: Connection) {
    let Some(abort) = item.begin(queue.session) else { return };
    queue.session.spawn(async move {
        let Some(sent) = item.entry.with_untracked(|entry| entry.sent.clone()) else { return };
        let started = now();
        let call = call(queue, item, connection.clone(), abort);
        let made = match endpoint::collect(&call, &sent.poll).await {
            // A relay that keeps its journal never had the whole request: it is sent now, under the
            // same name.
            Err(failure) if failure.kind == FailureKind::JobGone && failure.status == Some(404) => {
                match endpoint::offers_batches(&connection).await || !queue.is_paid_for() {
                    true => return queue.wait_again(item),
                    false => Err(Failure::of_kind(FailureKind::Unknowable)),
                }
            }
            Err(failure) if failure.kind == FailureKind::JobGone => {
                Err(Failure { kind: FailureKind::Unknowable, ..failure })
            }
            // It is the way there that is gone: nothing is known of the picture.
            Err(failure) if failure.kind == FailureKind::Offline => {
                Err(Failure::of_kind(FailureKind::Lost))
            }
            made => made,
        };
        let made = made.map(|picture| {
            queue.outcome(item, picture, sent.request.clone(), milliseconds(now() - started))
        });
        end(queue, item, made).await;
    });
}

/// Asks the relay what came of those whose answers were lost, which costs nothing.
pub(super) fn ask_after_all(queue: Queue) {
    let Some(order) = queue.order.get_value() else { return };
    if order.connection.key().is_some() || order.connection.is_device() {
        return;
    }
    for item in queue.schedule.with_value(|all| all.at(State::Unsure)) {
        let Some(item) = queue.item(item) else { continue };
        let can = item.entry.with_untracked(|entry| {
            let open = |failure: &Failure| {
                !failure.settled
                    && failure.status.is_none()
                    && (failure.kind.is_open() || failure.kind == FailureKind::Blocked)
            };
            entry.sent.is_some() && entry.failure.as_ref().is_some_and(open)
        });
        if can {
            queue.schedule.update_value(|all| all.anew(item.id, State::Answering));
            collect(queue, item, order.connection.clone());
        }
    }
}

impl Item {
    /// From here on there is something to end.
    fn begin(self, session: Session) -> Option<Abort> {
        let abort = Abort::new(f64::from(session.deadline.try_get_untracked()?) * 1_000.0);
        self.abort.set_value(Some(abort.clone()));
        self.entry.update(|entry| entry.failure = None);
        Some(abort)
    }
}

async fn send(
    queue: Queue,
    item: Item,
    order: &Rc<Order>,
    abort: Abort,
) -> Result<Outcome, Failure> {
    let session = queue.session;
    let of_kind = Failure::of_kind;
    let entry = item.entry.get_untracked();
    let photo = entry.photo.clone().ok_or_else(|| of_kind(FailureKind::FileGone))?;
    let sending = session.ask_page(entry.request(&order.request));
    let sending = sending.ok_or_else(|| of_kind(FailureKind::Cancelled))?;
    let request = sending.request;
    let connection = order.connection.clone();
    let new = session.pending(&connection, &photo.name, &request);
    let new = new.ok_or_else(|| of_kind(FailureKind::NotFound))?;
    let sent = match entry.name_for(&new.endpoint, &request) {
        Some(sent) => sent.clone(),
        None => Sent {
            name: new.name.clone(),
            endpoint: new.endpoint.clone(),
            poll: new.poll.clone(),
            request: request.clone(),
        },
    };
    let started = now();
    let gone = |_| of_kind(FailureKind::FileGone);
    let image = match sending.image {
        Some(image) => host::wire(image).await.map_err(gone)?,
        None => photo.wire().await.map_err(gone)?,
    };
    let references = match sending.references {
        Some(references) => Some(host::wire_all(references).await.map_err(gone)?),
        None => Photo::wire_all(&order.references).await.map_err(gone)?,
    };
    let body = endpoint::body(connection.dialect(), &request, &image, references.as_ref())
        .map_err(|_| of_kind(FailureKind::BadRequest))?;
    let (name, poll) = (sent.name.clone(), sent.poll.clone());
    let relayed = connection.key().is_none() && !connection.is_device();
    // Where the queue is not kept, a picture that is under way is, as one by itself is.
    let alone = (relayed && order.paid && !queue.is_kept.get_untracked()).then(|| {
        let alone = Pending { name: name.clone(), poll: poll.clone(), ..new };
        alone.keep();
        (Hold::new(&alone.key()), alone)
    });
    item.entry.update(|entry| entry.sent = Some(sent));
    queue.comes_to(item.id, State::Sending);
    // On the disk before anything goes out: a page that is left now finds it again.
    queue.keep_sent(item).await;
    let call = call(queue, item, connection.clone(), abort);
    let made = endpoint::send(&call, &body, relayed.then_some(&*name)).await;
    let made = match made {
        Err(lost) if relayed && (lost.kind.is_open() || lost.kind == FailureKind::Blocked) => {
            ask_after(queue, item, connection.clone(), &poll, lost).await
        }
        made => made,
    };
    if let Some((_hold, alone)) = alone
        && made.as_ref().map_or_else(|failure| !failure.kind.is_open(), |_| true)
    {
        alone.forget();
    }
    let kind = Session::kind(&connection, &request, 1, photo.size);
    let outcome = queue.outcome(item, made?, request, milliseconds(now() - started));
    Times::of(&kind).learn(outcome.took);
    Ok(outcome)
}

/// Asks the relay what came of a request whose answer was lost.
async fn ask_after(
    queue: Queue,
    item: Item,
    connection: Connection,
    poll: &str,
    lost: Failure,
) -> Result<Picture, Failure> {
    // The one that was lost may have ended by its deadline.
    let Some(abort) = item.begin(queue.session) else { return Err(lost) };
    let call = call(queue, item, connection, abort);
    match endpoint::collect(&call, poll).await {
        Err(failure) if failure.kind == FailureKind::JobGone => {
            Err(Failure { kind: FailureKind::Unknowable, ..lost })
        }
        Err(Failure { kind, status: None, .. })
            if kind.is_open() || kind == FailureKind::Offline =>
        {
            Err(lost)
        }
        known => known,
    }
}

fn call(queue: Queue, item: Item, connection: Connection, abort: Abort) -> Call {
    let phase = move |phase| {
        let state = match phase {
            Phase::Reading => State::Reading,
            Phase::Sending { .. } => State::Sending,
            _ => State::Answering,
        };
        queue.comes_to(item.id, state);
    };
    let on_job = move |poll: &str| {
        let known = item
            .entry
            .try_with_untracked(|entry| entry.sent.as_ref().is_none_or(|sent| sent.poll == poll));
        if known == Some(false) {
            let poll = poll.to_owned();
            item.entry.update(|entry| {
                if let Some(sent) = &mut entry.sent {
                    sent.poll = poll;
                }
            });
            queue.keep_item(item);
        }
    };
    let mask = wasm_bindgen::JsValue::UNDEFINED;
    Call { connection, abort, phase: Rc::new(phase), on_job: Box::new(on_job), mask }
}

/// Keeps what came of it, then goes on.
pub(super) async fn end(queue: Queue, item: Item, made: Result<Outcome, Failure>) {
    item.abort.set_value(None);
    // It was taken out meanwhile.
    if !queue.holds(item) {
        return;
    }
    let session = queue.session;
    match made {
        Ok(outcome) => {
            item.entry.update(|entry| entry.outcome = Some(outcome.clone()));
            // Kept before it is shown: it is paid for.
            queue.keep_made(item).await;
            let sent = item.entry.with_untracked(|entry| entry.sent.clone());
            if let Some(sent) = sent {
                // Nobody waits: it is on disk in the queue.
                let outcome = outcome.clone();
                session.spawn(async move {
                    session.remember(sent.name, sent.endpoint, &outcome).await;
                });
            }
            queue.ended(item.id, None);
            queue.estimate();
            if let Some(listener) = session.listener() {
                listener.done(&outcome);
            }
        }
        Err(failure) => {
            item.entry.update(|entry| entry.failure = Some(failure.clone()));
            queue.ended(item.id, Some(&failure));
            queue.keep_item(item);
            if let Some(listener) = session.listener() {
                listener.failed(&failure);
            }
        }
    }
}

impl Queue {
    /// A picture that was made; `took` is in milliseconds.
    pub(super) fn outcome(
        self,
        item: Item,
        picture: Picture,
        request: Request,
        took: u32,
    ) -> Outcome {
        Outcome {
            picture,
            photo: item.entry.with_untracked(|entry| entry.photo.clone()),
            name: item.name.get_value(),
            seed: request.whole(Name::Seed).unwrap_or_default(),
            took,
            answers: self.session.answers.get_untracked(),
            request,
            batch: None,
        }
    }

    fn comes_to(self, id: Id, state: State) {
        // Told with every piece that comes.
        if self.schedule.try_with_value(|all| all.state(id)) != Some(Some(state)) {
            self.schedule.try_update_value(|all| all.comes_to(id, state));
            self.sync();
        }
    }

    /// It was not sent after all.
    fn wait_again(self, item: Item) {
        item.abort.set_value(None);
        self.schedule.update_value(|all| all.anew(item.id, State::Waiting));
        self.keep_item(item);
        self.pump();
    }

    fn is_paid_for(self) -> bool {
        self.order.get_value().is_none_or(|order| order.paid)
    }
}
