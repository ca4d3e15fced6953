//! A queue stays in this browser: after a reload it goes on where it was. Photos and pictures are kept,
//! and where they were to go; a key never is.

use super::item::{Item, Sent, Stage};
use super::{Halt, Order, Queue, place_of, sending};
use crate::endpoint::{Connection, Origin, Picture, PictureSource};
use crate::keep::record::{count, get, object, parameters, request, set, text};
use crate::keep::store::{self, Step, Store};
use crate::keep::{Shut, ask};
use crate::photo::{Address, ObjectUrl, Photo, Source};
use crate::session::Session;
use crate::words;
use backdrop_contract::{Detail, Failure, FailureKind, Format};
use backdrop_queue::{Id, State};
use js_sys::{Array, Function, Object};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, Url};

/// Each state's name in the browser's storage.
const STATES: [(State, &str); 7] = [
    (State::Waiting, "waiting"),
    (State::Answering, "sent"),
    (State::Away, "away"),
    (State::Done, "done"),
    (State::Failed, "failed"),
    (State::Unsure, "unsure"),
    (State::Cancelled, "cancelled"),
];

/// What is told beside a picture that is kept with it.
const DETAILS: [(Detail, &str); 4] = [
    (Detail::Cost, "cost"),
    (Detail::RequestId, "requestId"),
    (Detail::GenerationTime, "generationTime"),
    (Detail::Network, "network"),
];

/// Gets the queue again that this browser keeps; one that another tab has is watched, if it was handed
/// over.
pub(super) async fn restore(session: Session) {
    if !session.remembers.get_untracked() {
        return;
    }
    let Ok(records) = store::all(Store::Queue).await else { return };
    let heads = || records.iter().filter(|record| text(record, "kind") == "queue");
    for head in heads() {
        let name = text(head, "id");
        let Some(lock) = lock(&name).await else { continue };
        let Some(queue) = session.new_queue(name) else { return };
        queue.lock.set_value(Some(lock));
        queue.is_kept.set(true);
        match queue.read().await {
            Some(true) => {
                let count = session.queued.get_untracked();
                session.said.set(words::queue_is_back(session.language, count));
                return connect(queue);
            }
            Some(false) => queue.clear(),
            None => return,
        }
    }
    if let Some(head) = heads().find(|head| !text(head, "batch").is_empty())
        && let Some(queue) = session.new_queue(text(head, "id"))
    {
        queue.watch_beside().await;
    }
}

/// Goes on after a reload, where photos go to the same place and the key is there; else it waits, and
/// says for what.
pub(super) fn connect(queue: Queue) {
    let session = queue.session;
    let Some(order) = queue.order.get_value() else { return queue.estimate() };
    let now = session.connection.get_untracked();
    let same = |one: &Connection, other: &Connection| match (one.url(), other.url()) {
        (Some(one), Some(other)) => one.href() == other.href(),
        _ => false,
    };
    let is_same = same(&order.connection, &now);
    // A key stands for the one that went with the page.
    let keyed = order.connection.key().is_some();
    let connection = match (keyed, now.key()) {
        (true, Some(_)) | (false, None) if is_same => Some(now),
        _ => None,
    };
    if let Some(connection) = &connection {
        queue.order.set_value(Some(Rc::new(Order {
            request: order.request.clone(),
            references: order.references.clone(),
            connection: connection.clone(),
            paid: order.paid,
        })));
        let here = connection.is_device();
        queue.schedule.update_value(|all| all.set_most(if here { 1 } else { super::AT_ONCE }));
    }
    queue.collect_sent(connection.as_ref(), keyed);
    let goes_on = queue.went_on();
    let host = place_of(&order.connection);
    match connection {
        Some(_) if goes_on => queue.go_on(),
        Some(_) => queue.halt.set(Halt::None),
        None if !goes_on && queue.schedule.with_value(|all| all.counts().left()) == 0 => {}
        None => queue.halt(if keyed { Halt::NeedsKey(host) } else { Halt::Elsewhere(host) }),
    }
    queue.estimate();
    queue.ask_for_batches();
    queue.watch();
}

impl Queue {
    /// Reads what is kept of it now: what is new, and what has come further. Whether there is
    /// any; none where nobody knows.
    pub(super) async fn read(self) -> Option<bool> {
        let name = self.name.get_value();
        let records = store::all(Store::Queue).await.ok()?;
        let own = |kind: &str| -> Vec<_> {
            let is =
                |record: &&JsValue| text(record, "queue") == name && text(record, "kind") == kind;
            records.iter().filter(is).map(|record| (count(record, "item"), record)).collect()
        };
        let (items, photos) = (own("item"), own("photo"));
        let gone = |item: &Item| !items.iter().any(|(id, _)| *id == item.id);
        for item in self.items.get_untracked().into_iter().filter(gone) {
            self.schedule.update_value(|all| all.remove(item.id));
            self.items.update(|all| all.retain(|one| one.id != item.id));
        }
        let mut new = Vec::new();
        for (id, record) in items {
            let Some((_, photo)) = photos.iter().find(|photo| photo.0 == id) else { continue };
            let Some(kept) = read_photo(photo) else { continue };
            let there = self.item(id);
            if there.is_some()
                && self.schedule.with_value(|all| all.state(id)) == Some(state(record))
            {
                continue;
            }
            let Some(item) = there.or_else(|| {
                let item = self.owned_item(id, kept.name.clone(), text(photo, "key"))?;
                new.push(item);
                Some(item)
            }) else {
                continue;
            };
            self.read_item(item, record, &kept);
        }
        if let Some(head) = records.iter().find(|record| text(record, "id") == name) {
            self.batch.set_value(Some(text(head, "batch")).filter(|batch| !batch.is_empty()));
            self.read_order(head);
        }
        if !new.is_empty() {
            self.items.update(|all| all.extend(&new));
        }
        self.sync();
        self.session.spawn(async move {
            for item in new {
                self.draw_thumb(item).await;
            }
        });
        Some(!self.items.with_untracked(Vec::is_empty))
    }

    /// Begins to be kept, where this page may keep something and no other tab can take it up.
    pub(super) async fn keep_from_now(self) {
        if !self.session.remembers.get_untracked() {
            return;
        }
        let lock = lock(&self.name.get_value()).await;
        self.is_kept.set(lock.is_some());
        self.lock.set_value(lock);
        self.keep_order();
    }

    /// Collects what was sent before the page was left.
    fn collect_sent(self, connection: Option<&Connection>, keyed: bool) {
        let sent: Vec<Item> = self.items.get_untracked();
        let under_way = |item: &Item| {
            let state = self.schedule.with_value(|all| all.state(item.id));
            state == Some(State::Answering) && item.abort.with_value(Option::is_none)
        };
        for item in sent.into_iter().filter(under_way) {
            let Some(sent) = item.entry.with_untracked(|entry| entry.sent.clone()) else {
                continue;
            };
            let origin = |url: &str| Url::new(url).map(|url| url.origin()).ok();
            let has_job = !sent.poll.ends_with(&sent.name);
            match connection {
                // Nothing was spent.
                Some(connection) if connection.is_device() => self.wait_anew(item),
                Some(connection) if !keyed || has_job => {
                    sending::collect(self, item, connection.clone());
                }
                // Nobody can be asked.
                _ if keyed && !has_job => self.is_unknowable(item),
                // At another host than the endpoint a key is not needed, and at a relay there is none.
                None if !keyed || origin(&sent.poll) != origin(&sent.endpoint) => {
                    sending::collect(self, item, Connection::through_site(sent.endpoint));
                }
                _ => {}
            }
        }
    }

    fn is_unknowable(self, item: Item) {
        let failure = Failure::of_kind(FailureKind::Unknowable);
        item.entry.update(|entry| entry.failure = Some(failure.clone()));
        self.schedule.update_value(|all| all.failed(item.id, &failure, 0, 0.0));
        self.keep_item(item);
        self.sync();
    }

    fn wait_anew(self, item: Item) {
        self.schedule.update_value(|all| all.anew(item.id, State::Waiting));
        self.sync();
    }

    async fn draw_thumb(self, item: Item) {
        let photo = item.entry.with_untracked(|entry| entry.photo.clone());
        let bounds = crate::photo::Bounds { pixels: super::THUMB, ..crate::photo::Bounds::NONE };
        if let Some(photo) = photo {
            let thumb = photo.within(bounds).await;
            item.entry.try_update(|entry| entry.thumb = thumb);
        }
    }

    fn read_order(self, head: &JsValue) {
        self.was_going_on.set_value(get(head, "goesOn").is_truthy());
        let order = get(head, "order");
        if !order.is_object() {
            return;
        }
        let references = Array::from(&get(&order, "references"));
        let mut connection = Connection::through_site(text(&order, "endpoint"));
        if text(&order, "device") == "yes" {
            connection = Connection::device();
        }
        if let Some(dialect) = backdrop_contract::Dialect::of(&text(&order, "dialect")) {
            connection = connection.speaking(dialect);
        }
        if get(&order, "keyed").is_truthy() {
            connection = connection.awaiting_key();
        }
        self.order.set_value(Some(Rc::new(Order {
            request: request(&get(&order, "parameters")),
            references: references.iter().filter_map(|one| read_photo(&one)).collect(),
            connection,
            paid: get(&order, "paid").is_truthy(),
        })));
    }

    /// Keeps what holds for all.
    pub(super) fn keep_order(self) {
        if !self.is_kept.get_untracked() {
            return;
        }
        let head = object([
            ("id", self.name.get_value().into()),
            ("kind", "queue".into()),
            ("goesOn", self.is_to_go_on().into()),
            ("batch", self.batch.get_value().unwrap_or_default().into()),
        ]);
        if let Some(order) = self.order.get_value() {
            let endpoint = order.connection.url().map(|url| url.href()).unwrap_or_default();
            let references: Array =
                order.references.iter().map(|one| JsValue::from(photo_fields(one))).collect();
            let device = if order.connection.is_device() { "yes" } else { "" };
            let order = object([
                ("parameters", parameters(&order.request)),
                ("references", references.into()),
                ("endpoint", endpoint.into()),
                ("device", device.into()),
                ("dialect", order.connection.dialect().host().name.into()),
                ("keyed", order.connection.key().is_some().into()),
                ("paid", order.paid.into()),
            ]);
            set(&head, "order", &order);
        }
        self.write_later(vec![head]);
    }

    /// A queue that waits for its key, its place or its network is to go on.
    fn is_to_go_on(self) -> bool {
        let waits = matches!(
            self.halt.get_untracked(),
            Halt::NeedsKey(_) | Halt::Elsewhere(_) | Halt::Failed(FailureKind::Offline)
        );
        self.goes_on.get_untracked() || waits && self.was_going_on.get_value()
    }

    fn went_on(self) -> bool {
        self.was_going_on.get_value()
    }

    /// Keeps a photo as it will be sent.
    pub(super) async fn keep_photo(self, item: Item) {
        let Some(photo) = item.entry.with_untracked(|entry| entry.photo.clone()) else { return };
        let fields = photo_fields(&photo);
        for (name, value) in [
            ("id", JsValue::from([&*self.id_of(item.id), "/photo"].concat())),
            ("kind", "photo".into()),
            ("queue", self.name.get_value().into()),
            ("item", item.id.into()),
            ("key", item.key.get_value().into()),
        ] {
            set(&fields, name, &value);
        }
        self.write(vec![fields, self.fields(item, None)]).await;
    }

    /// Keeps that it is about to be sent, under its name.
    pub(super) async fn keep_sent(self, item: Item) {
        self.write(vec![self.fields(item, Some(State::Answering))]).await;
    }

    /// Keeps the picture that came.
    pub(super) async fn keep_made(self, item: Item) {
        self.write(vec![self.fields(item, Some(State::Done))]).await;
    }

    /// Keeps how far it has come.
    pub(super) fn keep_item(self, item: Item) {
        if self.is_kept.get_untracked() {
            self.write_later(vec![self.fields(item, None)]);
        }
    }

    pub(super) fn forget_item(self, item: Item) {
        self.forget_all(&[item]);
    }

    pub(super) fn forget(self) {
        self.forget_all(&self.items.get_untracked());
        if self.is_kept.get_untracked() {
            let name = self.name.get_value();
            self.session.spawn(async move {
                let _ = store::write(&[Step::Delete(Store::Queue, &name)]).await;
            });
        }
    }

    fn forget_all(self, items: &[Item]) {
        if !self.is_kept.get_untracked() {
            return;
        }
        let ids: Vec<String> = items
            .iter()
            .flat_map(|item| {
                let id = self.id_of(item.id);
                [[&*id, "/photo"].concat(), id]
            })
            .collect();
        self.session.spawn(async move {
            let steps: Vec<_> = ids.iter().map(|id| Step::Delete(Store::Queue, id)).collect();
            let _ = store::write(&steps).await;
        });
    }

    fn write_later(self, records: Vec<Object>) {
        self.session.spawn(async move { self.write(records).await });
    }

    async fn write(self, records: Vec<Object>) {
        if self.is_kept.try_get_untracked() != Some(true) {
            return;
        }
        let steps: Vec<_> = records.iter().map(|one| Step::Put(Store::Queue, one)).collect();
        if let Err(shut) = store::write(&steps).await {
            self.is_kept.try_set(false);
            let words = match shut {
                Shut::Full => words::QUEUE_FULL,
                Shut::Closed => words::QUEUE_NOT_KEPT,
            };
            self.session.notice.try_set(self.session.say(words).into());
        }
    }

    /// The name of one in the browser's storage; they sort as they stand in the queue.
    fn id_of(self, id: Id) -> String {
        let number = id.to_string();
        let zeros = "00000".get(number.len().min(5)..).unwrap_or_default();
        [&*self.name.get_value(), "/", zeros, &number].concat()
    }

    fn fields(self, item: Item, state: Option<State>) -> Object {
        let state = state.or_else(|| self.schedule.with_value(|all| all.state(item.id)));
        let state = match state {
            Some(State::Reading) | None => State::Waiting,
            Some(State::Sending) => State::Answering,
            Some(state) => state,
        };
        let state = STATES.iter().find(|(one, _)| *one == state).map_or("", |(_, name)| *name);
        let entry = item.entry.get_untracked();
        let fields = object([
            ("id", self.id_of(item.id).into()),
            ("kind", "item".into()),
            ("queue", self.name.get_value().into()),
            ("item", item.id.into()),
            ("state", state.into()),
        ]);
        let set = |name: &str, value: JsValue| set(&fields, name, &value);
        if let Some(prompt) = &entry.prompt {
            set("prompt", prompt.into());
        }
        if let Some(sent) = &entry.sent {
            set("name", (&sent.name).into());
            set("endpoint", (&sent.endpoint).into());
            set("poll", (&sent.poll).into());
            set("sent", parameters(&sent.request));
        }
        if let Some(failure) = &entry.failure {
            let kind = FailureKind::ALL.iter().position(|kind| *kind == failure.kind);
            set("failure", u32::try_from(kind.unwrap_or_default()).unwrap_or_default().into());
            set("status", failure.status.unwrap_or_default().into());
            set("settled", failure.settled.into());
            set("text", failure.text.clone().into());
        }
        if let Some(outcome) = &entry.outcome {
            set("took", outcome.took.into());
            set("width", outcome.picture.size.0.into());
            set("height", outcome.picture.size.1.into());
            match &outcome.picture.source {
                PictureSource::File { blob, format, .. } => {
                    set("blob", blob.into());
                    set("format", format.extension().into());
                }
                PictureSource::Elsewhere(url) => set("address", url.into()),
            }
            if let Origin::Engine { look } = &outcome.picture.origin {
                set("engine", true.into());
                set("look", look.clone().into());
            }
            for (detail, name) in DETAILS {
                let told = outcome.picture.details.iter().find(|(one, _)| *one == detail);
                set(name, told.map(|(_, text)| text.clone()).into());
            }
        }
        fields
    }

    /// What is kept of one.
    fn read_item(self, item: Item, record: &JsValue, kept: &Photo) {
        let id = item.id;
        self.next.update_value(|next| *next = (*next).max(id));
        item.entry.update(|entry| {
            entry.photo = Some(kept.clone());
            entry.prompt = get(record, "prompt").as_string();
            let name = text(record, "name");
            entry.sent = (!name.is_empty()).then(|| Sent {
                name,
                endpoint: text(record, "endpoint"),
                poll: text(record, "poll"),
                request: request(&get(record, "sent")),
            });
            let kind = get(record, "failure").as_f64().map(|_| count(record, "failure") as usize);
            entry.failure = kind.map(|at| Failure {
                status: u16::try_from(count(record, "status")).ok().filter(|status| *status > 0),
                settled: get(record, "settled").is_truthy(),
                text: get(record, "text").as_string(),
                ..Failure::of_kind(*FailureKind::ALL.get(at).unwrap_or(&FailureKind::Unknowable))
            });
        });
        let outcome = read_picture(record).map(|picture| {
            let request = request(&get(record, "sent"));
            self.outcome(item, picture, request, count(record, "took"))
        });
        item.entry.update(|entry| entry.outcome = outcome);
        let state = match state(record) {
            // Its picture has gone.
            State::Done if item.entry.with_untracked(|entry| entry.outcome.is_none()) => {
                State::Failed
            }
            State::Answering if item.entry.with_untracked(|entry| entry.sent.is_none()) => {
                State::Unsure
            }
            state => state,
        };
        self.schedule.update_value(|all| all.remove(id));
        match untrack(|| self.session.excess(kept)).filter(|_| state == State::Waiting) {
            Some(excess) => item.set_stage(Stage::TooLarge(excess)),
            None => self.schedule.update_value(|all| all.add(id, state)),
        }
    }
}

/// How far one had come.
fn state(record: &JsValue) -> State {
    let name = text(record, "state");
    STATES.iter().find(|(_, one)| *one == name).map_or(State::Waiting, |(state, _)| *state)
}

fn photo_fields(photo: &Photo) -> Object {
    let (width, height) = photo.size.unwrap_or_default();
    let fields = object([
        ("name", (&photo.name).into()),
        ("width", width.into()),
        ("height", height.into()),
    ]);
    let (name, value, format) = match &photo.source {
        Source::File { blob, format, .. } => ("blob", JsValue::from(blob), format.extension()),
        Source::Address(address) => ("address", address.as_str().into(), ""),
    };
    set(&fields, name, &value);
    set(&fields, "format", &format.into());
    fields
}

fn read_photo(record: &JsValue) -> Option<Photo> {
    match get(record, "blob").dyn_into::<Blob>() {
        Ok(blob) => {
            let size = (count(record, "width"), count(record, "height"));
            Some(Photo::made(blob, format_of(record)?, size, text(record, "name")))
        }
        Err(_) => Address::read(&text(record, "address")).ok().map(Photo::of_address),
    }
}

fn read_picture(record: &JsValue) -> Option<Picture> {
    let source = match get(record, "blob").dyn_into::<Blob>() {
        Ok(blob) => {
            let url = ObjectUrl::new(&blob);
            PictureSource::File { format: format_of(record)?, url, blob }
        }
        Err(_) => {
            let address = text(record, "address");
            (!address.is_empty()).then_some(PictureSource::Elsewhere(address))?
        }
    };
    let origin = match get(record, "engine").is_truthy() {
        true => Origin::Engine { look: get(record, "look").as_string() },
        false => Origin::Provider,
    };
    let told = DETAILS
        .iter()
        .filter_map(|(detail, name)| get(record, name).as_string().map(|text| (*detail, text)));
    let details = told.collect();
    let size = (count(record, "width"), count(record, "height"));
    Some(Picture { source, size, origin, details })
}

/// Of those that are sent and that come back.
fn format_of(record: &JsValue) -> Option<Format> {
    let ending = text(record, "format");
    let all = [Format::Jpeg, Format::Png, Format::Webp, Format::Gif, Format::Avif];
    all.into_iter().find(|format| format.extension() == ending)
}

/// A lock that no other tab holds; none where one does, and where there are no locks.
async fn lock(name: &str) -> Option<Function> {
    ask("take", &[lock_of(name)]).await.ok()?.dyn_into().ok()
}

/// What the lock of a queue is called.
pub(super) fn lock_of(name: &str) -> JsValue {
    ["backdrop:queue:", name].concat().into()
}
