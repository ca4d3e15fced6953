//! A queue is handed over to a relay, which goes on when the page is closed.

use super::item::Item;
use super::sending::end;
use super::{FEW, Halt, Order, Queue};
use crate::endpoint::{self, Abort, Call, Connection};
use crate::keep::record::{count, text};
use crate::keep::{Shut, ask};
use crate::photo::Photo;
use crate::session::Outcome;
use crate::session::run::milliseconds;
use crate::words;
use backdrop_contract::{Detail, Failure, FailureKind, Name, PATH};
use backdrop_queue::{Counts, Schedule, State};
use js_sys::{Array, JSON};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::*;

impl Queue {
    /// Finds out whether whoever answers takes queues over.
    pub(super) fn ask_for_batches(self) {
        let connection = self.session.connection.get_untracked();
        self.session.spawn(async move {
            let offers = connection.key().is_none() && endpoint::offers_batches(&connection).await;
            if self.session.connection.with_untracked(|now| *now == connection) {
                self.offers_batches.set(offers);
            }
        });
    }

    /// Whether it may be handed over now.
    pub fn may_be_handed_over(self) -> bool {
        let Counts { waiting, .. } = self.counts.get();
        self.offers_batches.get() && waiting > FEW && self.batch.with_value(Option::is_none)
    }

    /// Hands all that wait to the relay.
    ///
    /// # Errors
    /// The first parameter that keeps it from being sent.
    pub fn hand_over(self) -> Result<(), Name> {
        let session = self.session;
        session.check_form()?;
        self.look_for_excess();
        self.order_now();
        self.halt.set(Halt::None);
        let Some(order) = self.order.get_value() else { return Ok(()) };
        self.handing_over.set(true);
        session.said.set(session.say(words::HANDING_OVER).into());
        session.spawn(async move {
            let place = place(&order.connection);
            match ask("beginBatch", &[place.into(), endpoint::name().into()]).await {
                Ok(url) if url.is_string() => {
                    // From here on they are not sent from this page, whatever comes.
                    self.batch.set_value(url.as_string());
                    let all = self.schedule.try_update_value(Schedule::hand_over);
                    self.sync();
                    self.keep_order();
                    for item in all.unwrap_or_default().into_iter().filter_map(|id| self.item(id)) {
                        self.keep_item(item);
                    }
                    if self.put_all(&order).await == Some(0) {
                        session.said.set(session.say(words::HANDED_OVER).into());
                    }
                    self.watch();
                }
                _ => session.notice.set(session.say(words::NOT_HANDED_OVER).into()),
            }
            self.handing_over.set(false);
        });
        Ok(())
    }

    /// Brings the relay every photo that it has not got yet. One that it has stays as it is there, so
    /// none is brought twice. How many it did not take, which are sent from here; none where it does not
    /// answer.
    async fn put_all(self, order: &Rc<Order>) -> Option<u32> {
        let batch = self.batch.get_value()?;
        let there = numbers(&batch).await.ok()??;
        let mut refused = 0_u32;
        for id in self.schedule.with_value(|all| all.at(State::Away)) {
            let Some(item) = self.item(id).filter(|item| !there.iter().any(|one| one.0 == item.id))
            else {
                continue;
            };
            // Only a clear no: what may have come there must not be sent from here, too.
            if self.put(item, order, &batch).await? == Put::Refused {
                self.schedule.update_value(|all| all.take_back(id));
                self.keep_item(item);
                refused += 1;
            }
        }
        self.sync();
        if refused > 0 {
            let session = self.session;
            session.notice.set(words::some_not_handed_over(session.language, refused));
        }
        Some(refused)
    }

    /// None where nobody knows whether it came there.
    async fn put(self, item: Item, order: &Rc<Order>, batch: &str) -> Option<Put> {
        let entry = item.entry.get_untracked();
        let Some(photo) = entry.photo.clone() else { return Some(Put::Refused) };
        let Some(sending) = self.session.ask_page(entry.request(&order.request)) else {
            return Some(Put::Refused);
        };
        let body = async {
            let image = photo.wire().await.ok()?;
            let references = Photo::wire_all(&order.references).await.ok()?;
            let dialect = order.connection.dialect();
            endpoint::body(dialect, &sending.request, &image, references.as_ref()).ok()
        };
        let Some(body) = body.await else { return Some(Put::Refused) };
        item.entry.update(|entry| {
            entry.sent = Some(super::item::Sent {
                name: self.name.get_value(),
                endpoint: place(&order.connection),
                poll: item_at(batch, item),
                request: sending.request.clone(),
            });
        });
        self.keep_item(item);
        let taken = ask("putItem", &[item_at(batch, item).into(), body]).await.ok()?;
        Some(if taken.is_truthy() { Put::Taken } else { Put::Refused })
    }

    /// Watches the relay at work, and collects each picture.
    pub(super) fn watch(self) {
        let Some(batch) = self.batch.get_value() else { return };
        if self.watching.get_value() || self.schedule.with_value(|all| all.counts().away) == 0 {
            return;
        }
        self.watching.set_value(true);
        self.session.spawn(async move {
            while self.schedule.try_with_value(|all| all.counts().away).unwrap_or_default() > 0 {
                // What the page was left in the middle of is brought now.
                if let Some(order) = self.order.get_value() {
                    self.put_all(&order).await;
                }
                // Until something changes there.
                let known = ask("nextEvent", &[(&batch).into()]).await;
                self.collect_made(&batch).await;
                if known.is_err() || self.schedule.with_value(|all| all.counts().away) > 0 {
                    let _ = Abort::new(0.0).sleep(1_000).await;
                }
            }
            self.watching.set_value(false);
            self.batch.set_value(None);
            self.keep_order();
        });
    }

    async fn collect_made(self, batch: &str) {
        let Ok(numbers) = numbers(batch).await else { return };
        // The relay has forgotten it: a batch is not kept for ever.
        let gone = numbers.is_none();
        let numbers = numbers.unwrap_or_default();
        let connection = match self.order.get_value() {
            Some(order) => order.connection.clone(),
            None => return,
        };
        for id in self.schedule.with_value(|all| all.at(State::Away)) {
            let Some(item) = self.item(id) else { continue };
            if gone {
                end(self, item, Err(Failure::of_kind(FailureKind::JobGone))).await;
                continue;
            }
            let Some((_, status, error)) = numbers.iter().find(|one| one.0 == id) else { continue };
            let made = match status.as_str() {
                "COMPLETED" => self.collect_one(item, batch, &connection).await,
                "FAILED" => Err(Failure::of_kind(FailureKind::Refused)),
                "UNCERTAIN" => Err(Failure::of_kind(FailureKind::Timeout)),
                _ => continue,
            };
            let text = Some(error.clone()).filter(|error| !error.is_empty());
            let made = made.map_err(|failure| match failure.text {
                None => Failure { text, ..failure },
                Some(_) => failure,
            });
            // The way there is gone for a while: the picture stays there.
            if made.as_ref().is_err_and(|failure| failure.status.is_none() && is_away(failure.kind))
            {
                return;
            }
            end(self, item, made).await;
        }
    }

    async fn collect_one(
        self,
        item: Item,
        batch: &str,
        connection: &Connection,
    ) -> Result<Outcome, Failure> {
        let session = self.session;
        let call = Call {
            connection: connection.clone(),
            abort: Abort::new(f64::from(session.deadline.get_untracked()) * 1_000.0),
            phase: Rc::new(|_| {}),
            on_job: Box::new(|_| {}),
            mask: JsValue::UNDEFINED,
        };
        let picture = endpoint::collect(&call, &item_at(batch, item)).await?;
        // The provider's own time, where the relay passes it on: the page was not there.
        let took = picture.details.iter().find(|(detail, _)| *detail == Detail::GenerationTime);
        let took = took.and_then(|(_, text)| JSON::parse(text).ok()?.as_f64());
        let took = milliseconds(took.unwrap_or_default() * 1e3);
        let sent = item.entry.with_untracked(|entry| entry.sent.clone());
        let request = sent.map(|sent| sent.request).unwrap_or_default();
        Ok(self.outcome(item, picture, request, took))
    }
}

fn is_away(kind: FailureKind) -> bool {
    kind.is_open() || kind == FailureKind::Offline
}

/// Where batches begin, beside the endpoint.
fn place(connection: &Connection) -> String {
    let Some(url) = connection.url() else { return String::new() };
    let path = url.pathname();
    let start = path.strip_suffix(PATH).unwrap_or_default();
    url.set_pathname(&[start, "/v1/batches"].concat());
    url.href()
}

fn item_at(batch: &str, item: Item) -> String {
    [batch, "/items/", &item.id.to_string()].concat()
}

/// The photos that the relay has: number, status, and why there is no picture. None where it knows no
/// such batch.
///
/// # Errors
/// [`Shut`] where it does not answer.
async fn numbers(batch: &str) -> Result<Option<Vec<(u32, String, String)>>, Shut> {
    let items = ask("batchItems", &[batch.into()]).await?;
    let read = |one: JsValue| (count(&one, "number"), text(&one, "status"), text(&one, "error"));
    Ok(items.dyn_ref::<Array>().map(|items| items.iter().map(read).collect()))
}

/// What a relay said to a photo.
#[derive(PartialEq, Eq)]
enum Put {
    Taken,
    Refused,
}
