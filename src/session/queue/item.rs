//! One photo of a queue.

use crate::endpoint::Abort;
use crate::photo::Photo;
use crate::session::{Excess, Outcome};
use backdrop_contract::{Failure, FailureKind, Name, Request, Value};
use backdrop_queue::{Id, State};
use leptos::prelude::*;

/// A photo of the queue. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Item {
    pub id: Id,
    pub entry: RwSignal<Entry, LocalStorage>,
    /// The file's name.
    pub name: StoredValue<String>,
    /// What tells its file from others; empty where nothing does.
    pub key: StoredValue<String>,
    /// Ends what is under way.
    pub(super) abort: StoredValue<Option<Abort>, LocalStorage>,
}

/// What is known of it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub stage: Stage,
    pub photo: Option<Photo>,
    pub thumb: Option<Photo>,
    /// In place of the form's.
    pub prompt: Option<String>,
    pub failure: Option<Failure>,
    pub outcome: Option<Outcome>,
    pub(super) sent: Option<Sent>,
}

/// As what it was sent: the same again has the same name, so that a relay pays for it once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sent {
    pub name: String,
    pub endpoint: String,
    pub poll: String,
    pub request: Request,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Its file is looked at.
    Arriving,
    /// It is no photo; a sentence says why.
    NotTaken(String),
    TooLarge(Excess),
    At(State),
}

impl Item {
    /// Belongs to the owner that is current.
    pub(super) fn new(id: Id, name: String, key: String) -> Self {
        let entry = Entry {
            stage: Stage::Arriving,
            photo: None,
            thumb: None,
            prompt: None,
            failure: None,
            outcome: None,
            sent: None,
        };
        Self {
            id,
            entry: RwSignal::new_local(entry),
            name: StoredValue::new(name),
            key: StoredValue::new(key),
            abort: StoredValue::new_local(None),
        }
    }

    pub fn stage(self) -> Stage {
        self.entry.with(|entry| entry.stage.clone())
    }

    pub(super) fn set_stage(self, stage: Stage) {
        if self.entry.try_with_untracked(|entry| entry.stage == stage) == Some(false) {
            self.entry.update(|entry| entry.stage = stage);
        }
    }

    pub(super) fn stop(self) {
        if let Some(abort) = self.abort.try_update_value(Option::take).flatten() {
            abort.stop();
        }
    }
}

impl Entry {
    /// The request with what is its own.
    pub(super) fn request(&self, shared: &Request) -> Request {
        let mut request = shared.clone();
        if let Some(prompt) = &self.prompt {
            request.set(Name::Prompt, Some(Value::Text(prompt.clone())));
        }
        request
    }

    /// Width and height in pixels, where they are known.
    pub(super) fn size(&self) -> Option<(u32, u32)> {
        self.photo.as_ref()?.size
    }

    /// The same request goes under the same name; but a relay that once said that it does not know
    /// will say so for ever.
    pub(super) fn name_for(&self, endpoint: &str, request: &Request) -> Option<&Sent> {
        let settled = self.failure.as_ref().is_some_and(|failure| {
            failure.settled || failure.kind == FailureKind::Timeout && failure.status.is_some()
        });
        let same = |sent: &&Sent| sent.endpoint == endpoint && sent.request == *request;
        self.sent.as_ref().filter(same).filter(|_| !settled)
    }
}
