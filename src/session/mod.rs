//! What one studio knows, and what can happen to it. Views read its signals and call its verbs.

mod form;
mod intake;
mod run;

pub use form::Background;
pub use intake::Slot;
pub use run::{Outcome, Run, milliseconds, now};

use crate::endpoint::{self, Answers, Connection};
use crate::photo::Photo;
use backdrop_contract::Request;
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos::reactive::spawn_local_scoped_with_cancellation;
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
    pub reference: RwSignal<Option<Photo>, LocalStorage>,
    /// Where photos go now.
    pub connection: RwSignal<Connection>,
    /// Who answers there.
    pub answers: RwSignal<Answers>,
    pub run: RwSignal<Run>,
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
    site: StoredValue<Connection>,
    /// How many photos and references have arrived: a late one must not replace a newer.
    arrivals: StoredValue<[u32; 2]>,
    abort: StoredValue<Option<AbortController>, LocalStorage>,
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
            reference: RwSignal::new_local(None),
            connection: RwSignal::new(site.clone()),
            answers: RwSignal::new(Answers::Unknown),
            run: RwSignal::new(Run::Idle),
            outcomes: RwSignal::new_local(Vec::new()),
            shown: RwSignal::new(None),
            notice: RwSignal::new(String::new()),
            said: RwSignal::new(String::new()),
            attempted: RwSignal::new(false),
            site: StoredValue::new(site),
            arrivals: StoredValue::new([0; 2]),
            abort: StoredValue::new_local(None),
            owner: StoredValue::new(owner.downgrade()),
        };
        on_cleanup(move || session.cancel());
        session.ask_who_answers();
        session
    }

    /// Sends photos somewhere else from now on.
    pub fn connect(self, connection: Connection) {
        self.answers.set(Answers::Unknown);
        self.connection.set(connection);
        self.ask_who_answers();
    }

    /// Back to the site's own endpoint; the key is forgotten.
    pub fn disconnect(self) {
        self.connect(self.site.get_value());
    }

    fn ask_who_answers(self) {
        let connection = self.connection.get_untracked();
        self.spawn(async move {
            let answers = endpoint::ask(&connection).await;
            if self.connection.with_untracked(|now| *now == connection) {
                self.answers.set(answers);
            }
        });
    }

    /// Runs a task that ends with the studio.
    fn spawn(self, task: impl Future<Output = ()> + 'static) {
        if let Some(owner) = self.owner.try_get_value().and_then(|owner| owner.upgrade()) {
            owner.with(|| spawn_local_scoped_with_cancellation(task));
        }
    }
}
