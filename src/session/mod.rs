//! What one studio knows, and what can happen to it. Views read its signals and call its verbs.

mod begin;
mod check;
mod code;
mod cutout;
mod draft;
mod edits;
mod finer;
mod form;
mod history;
mod host;
mod intake;
mod limit;
mod outcome;
mod queue;
mod resume;
mod run;
mod several;
mod shared;
mod times;

pub use begin::{begin, is_own_page};
pub use cutout::{Cutout, Edit, Outlines};
pub use edits::{Edits, Form};
pub use form::Background;
pub use host::{Listener, Rules, Sending};
use intake::Arrivals;
pub use intake::{Arrival, Arriving, Intake, Slot, read_again, receive};
pub use limit::{Excess, Smaller, shrink};
pub use outcome::Outcome;
pub use queue::{
    Halt, Item, Queue, Stage, button as queue_button, clear as clear_queue, enqueue,
    press as press_queue, restore,
};
pub use resume::collect_all;
pub use run::{DEADLINE, Run, Sent, milliseconds, now, send};
use several::Course;
pub use several::{Batch, Tile};
pub use shared::{call, pairs_of, pieces, read, texts, typed, written};

use crate::endpoint::{self, Abort, Answers, Connection, Finer};
use crate::photo::Photo;
use crate::rest::{Lost, Rest, idle, rest};
use crate::words::{self, Language};
use backdrop_contract::Request;
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use std::pin::Pin;
use std::rc::Rc;
use web_sys::AbortController;

/// The state of one studio. Copies are handles to the same state; nothing is shared between two.
#[derive(Clone, Copy)]
pub struct Session {
    /// What the person set; absent means the default.
    pub settings: RwSignal<Request>,
    pub background: RwSignal<Background>,
    /// The colour, as the prompt that asks for it.
    pub colour: RwSignal<String>,
    pub photo: RwSignal<Option<Photo>, LocalStorage>,
    /// The photo's width and height in pixels, once the browser has shown it.
    pub photo_size: RwSignal<Option<(u32, u32)>>,
    /// Whether a photo is being read just now.
    pub arriving: RwSignal<bool>,
    pub references: RwSignal<Vec<Photo>, LocalStorage>,
    pub intake: RwSignal<Intake>,
    /// Smaller copies of pictures that are over the limit.
    pub smaller: RwSignal<Vec<Smaller>, LocalStorage>,
    /// Where photos go now.
    pub connection: RwSignal<Connection>,
    /// Who answers there.
    pub answers: RwSignal<Answers>,
    pub run: RwSignal<Run>,
    /// How long it may take, in milliseconds, by earlier ones of its kind.
    pub expected: RwSignal<Option<u32>>,
    /// How many pictures one press of the button asks for, each with a seed of its own.
    pub count: RwSignal<u32>,
    /// Whether each press takes a new seed.
    pub fresh_seed: RwSignal<bool>,
    /// The last pictures that were asked for at once.
    pub batch: RwSignal<Batch>,
    /// Whether they are shown side by side.
    pub together: RwSignal<bool>,
    /// What this device takes for the subject of a photo, and the person's corrections.
    pub cutout: RwSignal<Option<Cutout>, LocalStorage>,
    /// How it is about the finer network of this device.
    pub finer: RwSignal<Finer>,
    /// Whether it is being corrected.
    pub cutting: RwSignal<bool>,
    /// Whether it goes along with the photo, where that goes anywhere.
    pub send_cutout: RwSignal<bool>,
    /// Every picture that came back, oldest first.
    pub outcomes: RwSignal<Vec<Outcome>, LocalStorage>,
    /// Which of them is shown; none shows the photo.
    pub shown: RwSignal<Option<usize>>,
    /// Why the last file or address was not taken; empty when it was.
    pub notice: RwSignal<String>,
    /// What a screen reader is told.
    pub said: RwSignal<String>,
    /// Problems are shown once the person has tried to send.
    pub attempted: RwSignal<bool>,
    /// What came of checking a key that is about to be used; empty when nobody asked.
    pub key_says: RwSignal<String>,
    pub key_wrong: RwSignal<bool>,
    /// How long an answer may take to begin, and each piece of it to follow, in seconds.
    pub deadline: RwSignal<u32>,
    /// Whether the rest of the program is there.
    pub whole: RwSignal<bool>,
    pub language: Language,
    /// Whether this page lets photos and pictures stay in the browser.
    pub remembers: RwSignal<bool>,
    /// What a visitor may change, by the page around.
    pub rules: RwSignal<Rules>,
    /// Whether the person knows that pictures are not kept.
    told_not_kept: StoredValue<bool>,
    /// Whether the page around gave a prompt and a reference together.
    both: RwSignal<bool>,
    listener: StoredValue<Option<Rc<dyn Listener>>, LocalStorage>,
    site: StoredValue<Connection>,
    arrivals: StoredValue<Arrivals>,
    aborts: StoredValue<Vec<Abort>, LocalStorage>,
    course: StoredValue<Course>,
    /// How many photos are in the queue; with none there is no queue.
    pub queued: RwSignal<u32>,
    queue: StoredValue<Option<Queue>>,
    key_abort: StoredValue<Option<AbortController>, LocalStorage>,
    /// Weak: what it owns holds this very session, and a ring would never end.
    owner: StoredValue<WeakOwner>,
}

impl Session {
    /// A studio that talks to the site's own endpoint until told otherwise.
    pub fn new(site: Connection) -> Self {
        let owner = Owner::current().unwrap_or_default();
        let session = Self {
            settings: RwSignal::new(Request::default()),
            background: RwSignal::new(Background::Describe),
            colour: RwSignal::new("#ffffff".to_owned()),
            photo: RwSignal::new_local(None),
            photo_size: RwSignal::new(None),
            arriving: RwSignal::new(false),
            references: RwSignal::new_local(Vec::new()),
            intake: RwSignal::new(Intake::default()),
            smaller: RwSignal::new_local(Vec::new()),
            connection: RwSignal::new(site.clone()),
            answers: RwSignal::new(Answers::Unknown),
            run: RwSignal::new(Run::Idle),
            expected: RwSignal::new(None),
            count: RwSignal::new(1),
            fresh_seed: RwSignal::new(false),
            batch: RwSignal::new(Batch::default()),
            together: RwSignal::new(false),
            cutout: RwSignal::new_local(None),
            finer: RwSignal::new(Finer::default()),
            cutting: RwSignal::new(false),
            send_cutout: RwSignal::new(true),
            outcomes: RwSignal::new_local(Vec::new()),
            shown: RwSignal::new(None),
            notice: RwSignal::new(String::new()),
            said: RwSignal::new(String::new()),
            attempted: RwSignal::new(false),
            key_says: RwSignal::new(String::new()),
            key_wrong: RwSignal::new(false),
            deadline: RwSignal::new(DEADLINE),
            whole: RwSignal::new(false),
            language: Language::new(),
            remembers: RwSignal::new(false),
            rules: RwSignal::new(Rules::default()),
            told_not_kept: StoredValue::new(false),
            both: RwSignal::new(false),
            listener: StoredValue::new_local(None),
            site: StoredValue::new(site),
            arrivals: StoredValue::new(Arrivals::default()),
            aborts: StoredValue::new_local(Vec::new()),
            course: StoredValue::new(Course::default()),
            queued: RwSignal::new(0),
            queue: StoredValue::new(None),
            key_abort: StoredValue::new_local(None),
            owner: StoredValue::new(owner.downgrade()),
        };
        on_cleanup(move || {
            session.stop();
            session.stop_check();
        });
        session.ask_who_answers();
        session.rest_ahead();
        session
    }

    /// One of the constants of `words` in the studio's language.
    pub fn say(self, english: &'static str) -> &'static str {
        self.language.say(english)
    }

    /// Sends photos somewhere else from now on.
    pub fn connect(self, connection: Connection) {
        self.answers.set(Answers::Unknown);
        self.connection.set(connection);
        self.ask_who_answers();
        self.resume();
    }

    /// Where photos go unless the person says otherwise, from now on; what the person said holds.
    pub fn set_site(self, site: Connection) {
        let before = self.site.get_value();
        self.site.set_value(site.clone());
        if site != before && self.connection.with_untracked(|now| *now == before || now.is_usual())
        {
            self.connect(site);
        }
    }

    /// Back to the site's own endpoint; the key is forgotten.
    pub fn disconnect(self) {
        self.connect(self.site.get_value());
    }

    fn ask_who_answers(self) {
        let connection = self.connection.get_untracked();
        self.spawn(async move {
            let answers = endpoint::ask(&connection).await;
            // A page that is served as mere files has nobody to ask, and does the job by itself.
            let alone = answers == Answers::Unknown
                && connection.is_usual()
                && endpoint::is_vacant(&connection).await;
            if self.connection.with_untracked(|now| *now == connection) {
                if alone {
                    return self.connect(Connection::usual_device());
                }
                self.answers.set(answers);
                // Another may take less.
                self.offer_smaller();
            }
        });
    }

    /// The rest of the program, when it is there; where it does not come, the person is told.
    async fn rest(self) -> Result<Rest, Lost> {
        let came = rest().await;
        self.whole.try_set(came.is_ok());
        let missing = self.say(words::PART_MISSING);
        if came.is_err() {
            self.notice.try_set(missing.into());
        } else if self.notice.try_with_untracked(|notice| notice == missing) == Some(true) {
            self.notice.try_set(String::new());
        }
        came
    }

    /// Goes on once the rest of the program is there, or has not come.
    pub fn with_rest(self, then: impl FnOnce(Option<Rest>) + 'static) {
        self.with_rest_boxed(Box::new(then));
    }

    fn with_rest_boxed(self, then: Box<dyn FnOnce(Option<Rest>)>) {
        self.spawn(async move { then(self.rest().await.ok()) });
    }

    /// Brings the rest of the program while nobody waits for it, and does what was left to do.
    fn rest_ahead(self) {
        self.spawn(async move {
            idle().await;
            if let Ok(rest) = rest().await {
                // Before the views that come with it: what is found here may change them.
                let task = (rest.begin)(self);
                self.whole.try_set(true);
                task.await;
            }
        });
    }

    /// Runs a task that ends with the studio.
    pub fn spawn(self, task: impl Future<Output = ()> + 'static) {
        // Of one type, so that the code that runs tasks is there once.
        self.spawn_boxed(Box::pin(task));
    }

    fn spawn_boxed(self, task: Pin<Box<dyn Future<Output = ()>>>) {
        if let Some(owner) = self.owner.try_get_value().and_then(|owner| owner.upgrade()) {
            owner.with(|| spawn_local_scoped_with_cancellation(task));
        }
    }
}
