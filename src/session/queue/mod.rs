//! Many photos, sent with the same settings: a few at once, and none twice.

mod batch;
mod beside;
mod item;
mod kept;
mod out;
mod sending;

use item::Entry;
pub use item::{Item, Stage};

use super::intake::Arrival;
use super::run::now;
use super::{Session, Slot};
use crate::endpoint::{Answers, Connection};
use crate::keep::Times;
use crate::photo::{Bounds, Photo};
use crate::rest::Task;
use crate::words;
use backdrop_contract::{Detail, Failure, FailureKind, Name, Request};
use backdrop_queue::{Counts, Id, Schedule, State, Step};
use js_sys::{Function, JSON, Math};
use leptos::prelude::*;
use std::rc::Rc;

/// The most photos in one queue: what a browser can hold, and a person can look through.
pub const MOST: usize = 200;

/// A queue of more than so many may be handed over.
pub const FEW: u32 = 5;

/// So many are under way at once.
const AT_ONCE: u32 = 3;

/// The most pixels of a thumbnail.
const THUMB: f64 = 40_000.0;

/// What was asked for with one press of the button: it holds for all that wait.
pub struct Order {
    request: Request,
    references: Vec<Photo>,
    connection: Connection,
    paid: bool,
}

/// Why nothing is sent, where that is not the person's own pause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Halt {
    #[default]
    None,
    /// Something that would befall the next one, too.
    Failed(FailureKind),
    /// After a reload: the key that it needs went with the page. The host that it was for.
    NeedsKey(String),
    /// It was for another endpoint than photos go to now. The host that it was for.
    Elsewhere(String),
}

/// A queue. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Queue {
    pub session: Session,
    pub items: RwSignal<Vec<Item>>,
    pub counts: RwSignal<Counts>,
    /// Whether it goes on by itself.
    pub goes_on: RwSignal<bool>,
    pub halt: RwSignal<Halt>,
    /// Whether this browser keeps it, so that a reload loses nothing.
    pub is_kept: RwSignal<bool>,
    /// Whether another tab has it, and this one only looks.
    pub is_beside: RwSignal<bool>,
    /// Whether the relay takes it over, and whether that is under way.
    pub offers_batches: RwSignal<bool>,
    pub handing_over: RwSignal<bool>,
    /// What one costs, in credits, as far as is known.
    pub cost: RwSignal<Option<f64>>,
    /// What one takes, in milliseconds, as far as is known.
    pub each: RwSignal<Option<u32>>,
    schedule: StoredValue<Schedule>,
    order: StoredValue<Option<Rc<Order>>, LocalStorage>,
    /// Its name in this browser's storage.
    name: StoredValue<String>,
    /// Gives its lock back, which keeps other tabs from it.
    lock: StoredValue<Option<Function>, LocalStorage>,
    /// Where the relay works on it.
    batch: StoredValue<Option<String>>,
    watching: StoredValue<bool>,
    /// Whether it went on when the page was left.
    was_going_on: StoredValue<bool>,
    next: StoredValue<Id>,
    /// Counts timers: only the newest is heard.
    timer: StoredValue<u32>,
    /// Quarters of it that were announced.
    announced: StoredValue<u32>,
}

impl Session {
    /// The queue, if there is one.
    pub fn queue(self) -> Option<Queue> {
        self.queue.try_get_value().flatten()
    }

    /// Makes one, empty.
    fn new_queue(self, name: String) -> Option<Queue> {
        let owner = self.owner.try_get_value()?.upgrade()?;
        let queue = owner.with(|| {
            let queue = Queue {
                session: self,
                items: RwSignal::new(Vec::new()),
                counts: RwSignal::new(Counts::default()),
                goes_on: RwSignal::new(false),
                halt: RwSignal::new(Halt::None),
                is_kept: RwSignal::new(false),
                is_beside: RwSignal::new(false),
                offers_batches: RwSignal::new(false),
                handing_over: RwSignal::new(false),
                cost: RwSignal::new(None),
                each: RwSignal::new(None),
                schedule: StoredValue::new(Schedule::new(AT_ONCE)),
                order: StoredValue::new_local(None),
                name: StoredValue::new(name),
                lock: StoredValue::new_local(None),
                batch: StoredValue::new(None),
                watching: StoredValue::new(false),
                was_going_on: StoredValue::new(false),
                next: StoredValue::new(0),
                timer: StoredValue::new(0),
                announced: StoredValue::new(0),
            };
            queue.follow();
            queue
        });
        self.queue.set_value(Some(queue));
        Some(queue)
    }
}

/// Puts photos into the queue; the first ones begin it.
pub fn enqueue(session: Session, what: Vec<Arrival>) -> Task {
    Box::pin(async move {
        // What another tab has takes no more.
        if let Some(beside) = session.queue().filter(|queue| queue.is_beside.get_untracked()) {
            beside.clear();
            if what.len() == 1 {
                return session.receive(Slot::Photo, 0, what);
            }
        }
        let queue = match session.queue() {
            Some(queue) => queue,
            None => {
                let name = crate::endpoint::name();
                let Some(queue) = session.new_queue(name) else { return };
                queue.ask_for_batches();
                queue.keep_from_now().await;
                queue
            }
        };
        queue.add(what).await;
    })
}

/// What is on the one button.
pub fn button(session: Session) -> String {
    let Some(queue) = session.queue() else { return String::new() };
    let counts = queue.counts.get();
    match (queue.goes_on.get(), counts.waiting + counts.under_way) {
        _ if queue.is_beside.get() => session.say(words::QUEUE_MADE).to_owned(),
        (true, _) => session.say(words::PAUSE).to_owned(),
        (false, 0) if counts.all() == 0 => session.say(words::SEND).to_owned(),
        (false, 0) => session.say(words::QUEUE_MADE).to_owned(),
        (false, left) if counts.done + counts.under_way > 0 => words::go_on(session.language, left),
        (false, left) => words::make_several(session.language, left),
    }
}

/// What the one button does: begins it, pauses it, goes on with it.
///
/// # Errors
/// The first parameter that keeps it from being sent.
pub fn press(session: Session) -> Result<(), Name> {
    let Some(queue) = session.queue() else { return Ok(()) };
    match queue.goes_on.get_untracked() {
        _ if queue.is_beside.get_untracked() => {}
        true => queue.pause(),
        false => queue.begin()?,
    }
    Ok(())
}

/// Takes all out of it.
pub fn clear(session: Session) {
    if let Some(queue) = session.queue() {
        queue.clear();
    }
}

/// Gets the queue again that was left here, and looks where photos go by now.
pub fn restore(session: Session) -> Task {
    Box::pin(async move {
        match session.queue() {
            Some(queue) => queue.is_connected(),
            None => kept::restore(session).await,
        }
    })
}

impl Queue {
    /// What holds as long as the studio.
    fn follow(self) {
        // What is paid for is not left without a word.
        let leaving = window_event_listener_untyped("beforeunload", move |event| {
            let paid = self.order.try_get_value().flatten().is_some_and(|order| order.paid);
            let under_way = self.counts.try_get_untracked().unwrap_or_default().under_way;
            if paid && under_way > 0 {
                event.prevent_default();
            }
        });
        let back = window_event_listener_untyped("online", move |_| {
            let offline = Halt::Failed(FailureKind::Offline);
            if self.halt.try_get_untracked() == Some(offline) {
                self.go_on();
            }
        });
        on_cleanup(move || {
            leaving.remove();
            back.remove();
            self.end();
        });
    }

    fn end(self) {
        for item in self.items.try_get_untracked().unwrap_or_default() {
            item.stop();
        }
        if let Some(release) = self.lock.try_update_value(Option::take).flatten() {
            let _ = release.call0(&wasm_bindgen::JsValue::NULL);
        }
    }

    pub fn item(self, id: Id) -> Option<Item> {
        self.items.with_untracked(|all| all.iter().find(|item| item.id == id).copied())
    }

    /// Reads photos one after the other, in the order in which they came.
    async fn add(self, what: Vec<Arrival>) {
        let session = self.session;
        let there = self.items.with_untracked(Vec::len);
        let (mut twice, mut beyond) = (0_u32, 0_u32);
        let mut new = Vec::new();
        for arrival in what {
            let key = arrival.key();
            let is_it = |item: &Item| !key.is_empty() && item.key.with_value(|one| *one == key);
            if self.items.with_untracked(|all| all.iter().any(is_it))
                || new.iter().any(|(item, _)| is_it(item))
            {
                twice += 1;
            } else if there + new.len() >= MOST {
                beyond += 1;
            } else if let Some(item) = self.new_item(arrival.name(), key) {
                new.push((item, arrival));
            }
        }
        self.items.update(|all| all.extend(new.iter().map(|(item, _)| *item)));
        self.sync();
        session.show(None);
        session.notice.set(words::left_out(session.language, twice, beyond));
        let count = u32::try_from(new.len()).unwrap_or(u32::MAX);
        session.said.set(words::in_queue(session.language, count));
        for (item, arrival) in new {
            let clean = session.intake.get_untracked().clean;
            match arrival.photo(clean).await {
                Ok(photo) => self.take(item, photo).await,
                Err(error) => {
                    item.set_stage(Stage::NotTaken(words::not_taken(session.language, &error)));
                }
            }
        }
        self.estimate();
    }

    fn new_item(self, name: String, key: String) -> Option<Item> {
        let id = self.next.try_update_value(|next| {
            *next += 1;
            *next
        })?;
        self.owned_item(id, name, key)
    }

    /// One that lives as long as the studio.
    fn owned_item(self, id: Id, name: String, key: String) -> Option<Item> {
        let owner = self.session.owner.try_get_value()?.upgrade()?;
        Some(owner.with(|| Item::new(id, name, key)))
    }

    /// A photo is read: it waits, or is too large.
    async fn take(self, item: Item, photo: Photo) {
        if !self.holds(item) {
            return;
        }
        item.entry.update(|entry| entry.photo = Some(photo.clone()));
        let thumb = photo.within(Bounds { pixels: THUMB, ..Bounds::NONE }).await;
        if !self.holds(item) {
            return;
        }
        item.entry.update(|entry| entry.thumb = thumb);
        match untrack(|| self.session.excess(&photo)) {
            Some(excess) => item.set_stage(Stage::TooLarge(excess)),
            None => self.schedule.update_value(|all| all.add(item.id, State::Waiting)),
        }
        self.keep_photo(item).await;
        self.sync();
        self.pump();
    }

    fn holds(self, item: Item) -> bool {
        self.items.try_with_untracked(|all| all.iter().any(|one| one.id == item.id)) == Some(true)
    }

    /// Puts smaller copies in the place of all that are too large.
    pub fn take_smaller(self) {
        let session = self.session;
        session.spawn(async move {
            for item in self.items.get_untracked() {
                let entry = item.entry.get_untracked();
                let (Stage::TooLarge(excess), Some(photo)) = (entry.stage, entry.photo) else {
                    continue;
                };
                item.set_stage(Stage::Arriving);
                match photo.within(excess.bounds()).await {
                    Some(copy) => self.take(item, copy).await,
                    None => {
                        let why = session.say(words::NO_SMALLER).to_owned();
                        item.set_stage(Stage::NotTaken(why));
                    }
                }
            }
            self.estimate();
        });
    }

    /// Sends with the settings as they stand.
    fn begin(self) -> Result<(), Name> {
        let session = self.session;
        session.check_form()?;
        self.look_for_excess();
        let counts = self.schedule.with_value(Schedule::counts);
        if counts.waiting == 0 {
            return Ok(());
        }
        if session.fresh_seed.get_untracked() && counts.waiting == counts.all() {
            session.roll_seed();
        }
        self.order_now();
        self.go_on();
        session.said.set(words::making_queue(session.language, counts.waiting));
        Ok(())
    }

    /// Whoever answers by now may take less than who answered when a photo came.
    fn look_for_excess(self) {
        for item in self.items.get_untracked() {
            let entry = item.entry.get_untracked();
            let waits = self.schedule.with_value(|all| all.state(item.id)) == Some(State::Waiting);
            let excess = entry.photo.and_then(|photo| untrack(|| self.session.excess(&photo)));
            if let (true, Some(excess)) = (waits, excess) {
                self.schedule.update_value(|all| all.remove(item.id));
                item.set_stage(Stage::TooLarge(excess));
            }
        }
        self.sync();
    }

    /// What the form says now holds for all that wait.
    fn order_now(self) {
        let session = self.session;
        let takes_references = session.background.get_untracked().takes(Name::RefImages);
        let answers = session.answers.get_untracked();
        self.order.set_value(Some(Rc::new(Order {
            request: untrack(|| session.request()),
            references: match takes_references {
                true => untrack(|| session.references_sent()),
                false => Vec::new(),
            },
            connection: session.connection.get_untracked(),
            paid: !answers.is_engine(),
        })));
        let here = answers == Answers::ThisMachine;
        self.schedule.update_value(|all| all.set_most(if here { 1 } else { AT_ONCE }));
    }

    fn go_on(self) {
        self.halt.set(Halt::None);
        self.schedule.update_value(Schedule::go_on);
        sending::ask_after_all(self);
        self.sync();
        self.keep_order();
        self.pump();
    }

    pub fn pause(self) {
        self.schedule.update_value(Schedule::pause);
        self.sync();
        self.keep_order();
        self.session.said.set(self.session.say(words::PAUSED).into());
    }

    fn halt(self, why: Halt) {
        self.halt.set(why);
        self.schedule.update_value(Schedule::pause);
        self.sync();
    }

    /// Photos may go somewhere else than the queue was told.
    fn is_connected(self) {
        let session = self.session;
        let now = session.connection.get_untracked();
        self.ask_for_batches();
        let Some(order) = self.order.get_value() else { return self.estimate() };
        if matches!(self.halt.get_untracked(), Halt::NeedsKey(_) | Halt::Elsewhere(_)) {
            return kept::connect(self);
        }
        if order.connection != now && self.goes_on.get_untracked() {
            // The header says by now that photos go elsewhere.
            self.halt(Halt::Elsewhere(place_of(&order.connection)));
        }
        self.estimate();
    }

    /// Sends what may be, and looks again when it is time.
    fn pump(self) {
        loop {
            let clock = clock();
            let step = self.schedule.try_update_value(|all| all.next(clock));
            match step {
                Some(Step::Start(id)) => sending::start(self, id),
                Some(Step::WaitUntil(then)) => {
                    self.later(then.saturating_sub(clock));
                    break;
                }
                _ => break,
            }
        }
        self.sync();
    }

    fn later(self, wait: u64) {
        let turn = self.timer.try_update_value(|timer| {
            *timer += 1;
            *timer
        });
        let wait = u32::try_from(wait).unwrap_or(u32::MAX);
        self.session.spawn(async move {
            let _ = crate::endpoint::Abort::new(0.0).sleep(wait).await;
            if self.timer.try_get_value() == turn {
                self.pump();
            }
        });
    }

    /// Shows what the schedule holds.
    fn sync(self) {
        let Some(schedule) = self.schedule.try_with_value(Schedule::clone) else { return };
        for item in self.items.try_get_untracked().unwrap_or_default() {
            if let Some(state) = schedule.state(item.id) {
                item.set_stage(Stage::At(state));
            }
        }
        let all = self.items.with_untracked(Vec::len);
        let all = u32::try_from(all).unwrap_or(u32::MAX);
        if self.session.queued.get_untracked() != all {
            self.session.queued.set(all);
        }
        let (before, counts) = (self.counts.get_untracked(), schedule.counts());
        if before != counts {
            self.counts.set(counts);
            self.tell(before, counts);
        }
        if let Some(kind) = schedule.stopped()
            && self.halt.get_untracked() == Halt::None
        {
            self.halt.set(Halt::Failed(kind));
            let title = words::failure(kind, false).title;
            self.session.said.set(words::queue_stopped(self.session.language, title));
            self.keep_order();
        }
        // With nothing left it is at rest, and what comes later waits for a press.
        if counts.left() == 0 && schedule.goes_on() && counts.all() > 0 {
            self.schedule.update_value(Schedule::pause);
            self.keep_order();
        }
        let goes_on = self.schedule.with_value(Schedule::goes_on);
        if self.goes_on.get_untracked() != goes_on {
            self.goes_on.set(goes_on);
        }
    }

    /// Announces each quarter and the end, not each picture.
    fn tell(self, before: Counts, counts: Counts) {
        let session = self.session;
        let ended = counts.all() - counts.left();
        if counts.left() == 0 && before.left() > 0 {
            self.announced.set_value(0);
            let lost = counts.all() - counts.done;
            session.said.set(words::queue_done(session.language, counts.done, lost));
        } else if counts.all() > 0 {
            let quarter = ended * 4 / counts.all();
            if quarter > self.announced.get_value() {
                self.announced.set_value(quarter);
                session.said.set(words::of_all(session.language, counts.done, counts.all()));
            }
        }
    }

    /// Says what came of one that was sent.
    fn ended(self, id: Id, failure: Option<&Failure>) {
        self.schedule.try_update_value(|all| match failure {
            None => all.made(id),
            Some(failure) => all.failed(id, failure, clock(), Math::random()),
        });
        self.pump();
    }

    /// Sends those again that were not paid for.
    pub fn retry(self) {
        self.schedule
            .update_value(|all| all.at(State::Failed).into_iter().for_each(|id| all.again(id)));
        self.continue_with_order();
    }

    /// Sends one again; one that may have been paid for, because the person says so.
    pub fn again(self, item: Item) {
        item.entry.update(|entry| entry.failure = None);
        self.schedule.update_value(|all| all.again(item.id));
        self.continue_with_order();
    }

    fn continue_with_order(self) {
        let waits = matches!(self.halt.get_untracked(), Halt::NeedsKey(_) | Halt::Elsewhere(_));
        if waits || self.order.with_value(Option::is_none) {
            self.order_now();
        }
        self.go_on();
    }

    /// Ends one that is under way.
    pub fn cancel(self, item: Item) {
        item.stop();
    }

    /// Takes one out of the queue.
    pub fn remove(self, item: Item) {
        item.stop();
        self.schedule.update_value(|all| all.remove(item.id));
        self.items.update(|all| all.retain(|one| one.id != item.id));
        self.forget_item(item);
        self.sync();
        self.pump();
        self.estimate();
        if self.items.with_untracked(Vec::is_empty) {
            self.clear();
        }
    }

    /// Takes all out of it: there is no queue any more.
    pub fn clear(self) {
        self.schedule.set_value(Schedule::new(AT_ONCE));
        self.end();
        self.forget();
        self.session.queue.set_value(None);
        self.session.queued.set(0);
        self.items.set(Vec::new());
        self.session.show(None);
    }

    /// The prompt that one has of its own; none has the form's.
    pub fn set_prompt(self, item: Item, prompt: Option<String>) {
        item.entry.update(|entry| entry.prompt = prompt);
        self.keep_item(item);
    }

    /// Puts a picture on the stage.
    pub fn open(self, item: Item) {
        let Some(outcome) = item.entry.with_untracked(|entry| entry.outcome.clone()) else {
            return;
        };
        let session = self.session;
        let url = outcome.picture.url().to_owned();
        let is_it = |one: &super::Outcome| one.picture.url() == url;
        let at = session.outcomes.with_untracked(|all| all.iter().position(is_it));
        let at = at.or_else(|| {
            session.outcomes.update(|all| all.push(outcome));
            session.outcomes.with_untracked(|all| all.len().checked_sub(1))
        });
        session.show(at);
    }

    /// What one takes and costs, by those before it.
    fn estimate(self) {
        let session = self.session;
        let request = untrack(|| session.request());
        let connection = session.connection.get_untracked();
        let waiting = self.schedule.with_value(|all| all.at(State::Waiting));
        let size = waiting.first().and_then(|id| self.item(*id));
        let size = size.and_then(|item| item.entry.with_untracked(Entry::size));
        let kind = Session::kind(&connection, &request, 1, size);
        let took = self.items.get_untracked().into_iter().filter_map(|item| {
            item.entry.with_untracked(|entry| entry.outcome.as_ref().map(|made| made.took))
        });
        let mut took: Vec<u32> = took.filter(|took| *took > 0).collect();
        took.sort_unstable();
        // Those of this very queue know best.
        let each = took.get(took.len() / 2).copied().or_else(|| Times::of(&kind).median());
        self.each.set(each);
        let cost = |outcome: &super::Outcome| {
            let cost = outcome.picture.details.iter().find(|(detail, _)| *detail == Detail::Cost);
            // JavaScript's reading: Rust's own of floats is ten kilobytes.
            cost.and_then(|(_, text)| JSON::parse(text).ok()?.as_f64())
        };
        let last = session.outcomes.with_untracked(|all| all.iter().rev().find_map(cost));
        let items = self.items.get_untracked();
        let own = items.iter().rev().find_map(|item| {
            item.entry.with_untracked(|entry| entry.outcome.as_ref().and_then(cost))
        });
        self.cost.set(own.or(last));
    }

    /// How long the rest will take, in milliseconds, where that is known.
    pub fn time_left(self) -> Option<u64> {
        let each = self.each.get()?;
        self.counts.track();
        Some(self.schedule.with_value(|all| all.time_left(each)))
    }

    /// Whether its pictures are paid for.
    pub fn is_paid(self) -> bool {
        !self.session.answers.with(Answers::is_engine)
    }
}

/// The page's clock in milliseconds.
fn clock() -> u64 {
    super::milliseconds(now()).into()
}

/// The host of an endpoint.
fn place_of(connection: &Connection) -> String {
    connection.url().map(|url| url.host()).unwrap_or_default()
}
