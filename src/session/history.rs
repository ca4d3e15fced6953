//! Pictures that stay in this browser, where the page lets them.

use super::{Outcome, Session};
use crate::endpoint::{Abort, Answers, Origin, Picture, PictureSource};
use crate::keep::history::{self, Entry, Maker, format_of};
use crate::keep::record::{parameters, request};
use crate::keep::{Pending, Shut};
use crate::photo::ObjectUrl;
use crate::words;
use backdrop_contract::{Detail, Format, Group, Name, PARAMETERS};
use js_sys::Date;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use web_sys::Blob;

/// How long a picture is not shown because it is not on disk yet, in milliseconds, and how often that is
/// looked at.
const PATIENCE: u32 = 1_000;
const MOMENT: u32 = 10;

impl Session {
    /// Keeps a picture in the history before it is shown, and then does `then`. A disk that is slow is not
    /// waited for.
    pub(super) async fn remember_first(
        self,
        pending: Pending,
        outcome: Outcome,
        then: impl FnOnce() + 'static,
    ) {
        if !self.remembers.get_untracked() {
            return then();
        }
        let done = Rc::new(Cell::new(false));
        let over = done.clone();
        self.spawn(async move {
            self.remember(pending.name, pending.endpoint, &outcome).await;
            then();
            over.set(true);
        });
        for _ in 0..PATIENCE / MOMENT {
            if done.get() || Abort::new(0.0).sleep(MOMENT).await.is_err() {
                break;
            }
        }
    }

    /// Keeps a picture in the history, on disk when this ends. Where that cannot be, the person is told
    /// once, and everything else goes on. `name` is its request's, `endpoint` the absolute address that was
    /// asked.
    pub(super) async fn remember(self, name: String, endpoint: String, outcome: &Outcome) {
        if !self.remembers.get_untracked() {
            return;
        }
        let blob = outcome.picture.blob().cloned();
        let Some(blob) = blob else { return };
        let (maker, look) = match &outcome.picture.origin {
            Origin::Provider => (Maker::Provider, None),
            Origin::Engine { look } if outcome.answers == Answers::ThisMachine => {
                (Maker::Here, look.clone())
            }
            Origin::Engine { look } => (Maker::Server, look.clone()),
        };
        let cost = outcome.picture.details.iter().find(|(detail, _)| *detail == Detail::Cost);
        let entry = Entry {
            id: name,
            at: Date::now(),
            name: outcome.name.clone(),
            seed: outcome.seed,
            took: outcome.took,
            size: outcome.picture.size,
            bytes: blob.size(),
            endpoint,
            parameters: parameters(&outcome.request),
            maker,
            look,
            cost: cost.map(|(_, text)| text.clone()),
            favourite: false,
        };
        match entry.keep(&blob).await {
            // Nobody waits for the small one.
            Ok(()) => self.spawn(async move {
                let _ = history::settle(&entry.id, &blob).await;
            }),
            Err(shut) => self.tell_not_kept(shut),
        }
    }

    fn tell_not_kept(self, shut: Shut) {
        if self.told_not_kept.try_update_value(|told| std::mem::replace(told, true)) == Some(false)
        {
            self.notice.set(self.say(words::not_kept(shut)).into());
        }
    }

    /// Puts a kept picture on the stage: the one that is there already, or one more.
    pub fn show_kept(self, entry: &Entry, blob: Blob) {
        let is_it = |one: &Outcome| {
            (&one.name, one.seed, one.took, one.picture.size)
                == (&entry.name, entry.seed, entry.took, entry.size)
        };
        let there = self.outcomes.with_untracked(|all| all.iter().position(is_it));
        let at = there.unwrap_or_else(|| {
            let at = self.outcomes.with_untracked(Vec::len);
            self.outcomes.update(|all| all.push(outcome(entry, blob)));
            at
        });
        self.show(Some(at));
    }

    /// Sets the form as it was for a kept picture, its seed included. The photo stays.
    pub fn use_settings_of(self, entry: &Entry) {
        let request = request(&entry.parameters);
        for row in PARAMETERS.iter().filter(|row| row.group != Group::Photo) {
            self.set(row.name, request.get(row.name).cloned());
        }
        self.choose_background(request.text(Name::Prompt).is_some(), false);
        self.fresh_seed.set(false);
        self.count.set(1);
        self.said.set(self.say(words::SETTINGS_TAKEN).into());
    }
}

fn outcome(entry: &Entry, blob: Blob) -> Outcome {
    let (origin, answers) = match entry.maker {
        Maker::Provider => (Origin::Provider, Answers::Unknown),
        Maker::Server => (Origin::Engine { look: entry.look.clone() }, Answers::Relay),
        Maker::Here => (Origin::Engine { look: entry.look.clone() }, Answers::ThisMachine),
    };
    let format = format_of(&blob).unwrap_or(Format::Png);
    let url = ObjectUrl::new(&blob);
    let details = entry.cost.iter().map(|cost| (Detail::Cost, cost.clone())).collect();
    let source = PictureSource::File { blob, format, url };
    Outcome {
        picture: Picture { source, size: entry.size, origin, details },
        photo: None,
        name: entry.name.clone(),
        seed: entry.seed,
        took: entry.took,
        answers,
        request: request(&entry.parameters),
        batch: None,
    }
}
