//! What was under way when the page was left is collected.

use super::{Outcome, Session};
use crate::endpoint::{self, Abort, Answers, Connection};
use crate::keep::{Pending, is_held};
use crate::photo::Photo;
use crate::rest::{Task, here};
use crate::words;
use backdrop_contract::{Failure, FailureKind, Name, Request, is_url};
use js_sys::Date;
use leptos::prelude::*;
use web_sys::Url;

/// A page that is reloaded may hold on to what it was at for a moment, in milliseconds.
const MOMENT: u32 = 1_000;

/// Collects what can be, one after the other.
pub fn collect_all(session: Session) -> Task {
    Box::pin(async move {
        session.spawn(super::restore(session));
        let now = session.connection.get_untracked();
        for pending in Pending::all(Date::now()) {
            let Some(connection) = session.way_to(&now, &pending) else { continue };
            let key = pending.key();
            if is_held(&key).await {
                let _ = Abort::new(0.0).sleep(MOMENT).await;
                if is_held(&key).await {
                    continue;
                }
            }
            if !session.run.with_untracked(super::Run::is_running) {
                session.collect(connection, pending).await;
            }
        }
    })
}

impl Session {
    /// Collects what this browser keeps as under way at the connection's endpoint.
    pub fn resume(self) {
        // Where it has not come yet, `rest_ahead` does that once it has brought it.
        if let Some(rest) = here() {
            self.spawn((rest.collect_all)(self));
        }
    }

    /// What it will take to collect the picture of a request that is about to be sent.
    pub(super) fn pending(
        self,
        connection: &Connection,
        photo: &str,
        request: &Request,
    ) -> Option<Pending> {
        let url = connection.url()?;
        let endpoint = url.href();
        let name = endpoint::name();
        // Where a relay tells what came of it.
        url.set_pathname(&[&url.pathname(), "/", &name].concat());
        let mut kept = Request::default();
        if self.remembers.get_untracked() {
            kept.clone_from(request);
        } else {
            kept.set(Name::Seed, request.get(Name::Seed).cloned());
        }
        Some(Pending {
            endpoint,
            poll: url.href(),
            started: Date::now(),
            request: kept,
            keyed: connection.key().is_some(),
            photo: photo.to_owned(),
            name,
        })
    }

    /// Whether a failure left something that may still be collected.
    pub fn has_left(self) -> bool {
        let now = self.connection.get_untracked().url().map(|url| url.href());
        Pending::all(Date::now()).iter().any(|pending| Some(&pending.endpoint) == now.as_ref())
    }

    /// Whom to ask: nobody for what belongs to another endpoint. Where the key is needed that went
    /// with the last reload, the person is told.
    fn way_to(self, now: &Connection, pending: &Pending) -> Option<Connection> {
        let endpoint = now.url().is_some_and(|url| url.href() == pending.endpoint);
        let origin = |url: &str| Url::new(url).map(|url| url.origin()).ok();
        let needs_key = pending.keyed && origin(&pending.poll) == origin(&pending.endpoint);
        match (needs_key, now.key()) {
            _ if !is_url(&pending.poll) => None,
            (true, Some(_)) | (false, _) if endpoint => Some(now.clone()),
            (false, _) if pending.keyed => Some(Connection::through_site(pending.endpoint.clone())),
            (true, None) => {
                let host = Url::new(&pending.endpoint).map(|url| url.host()).unwrap_or_default();
                self.notice.set(words::needs_key(self.language, &pending.photo, &host));
                None
            }
            _ => None,
        }
    }

    /// The photo on the stage, if it is the one that this page sent.
    fn photo_of(self, pending: &Pending) -> Option<Photo> {
        let opened = Date::now() - super::run::now();
        let photo = self.photo.get_untracked();
        photo.filter(|photo| photo.name == pending.photo && pending.started > opened)
    }

    async fn collect(self, connection: Connection, pending: Pending) {
        let answers = match self.connection.with_untracked(|now| *now == connection) {
            true => self.answers.get_untracked(),
            false => Answers::Unknown,
        };
        self.said.set(words::under_way(self.language, &pending.photo));
        self.notice.set(String::new());
        let started = super::run::now();
        self.only_one_left();
        let attempt = self.attempt(connection, self.begin(started), pending.clone(), started);
        attempt.keep();
        (attempt.call.phase)(endpoint::Phase::Resuming);
        let made = endpoint::collect(&attempt.call, &pending.poll).await;
        let made = made.map_err(|failure| match failure.kind {
            // Its own name is what a relay would know it by.
            FailureKind::JobGone if pending.poll.ends_with(&pending.name) => {
                Failure::of_kind(FailureKind::Unknowable)
            }
            _ => failure,
        });
        let end = self.end(&attempt, &answers, made, |picture, answers| {
            let took = super::milliseconds(Date::now() - pending.started);
            let photo = self.photo_of(&pending);
            let Pending { photo: name, request, .. } = pending;
            let seed = request.whole(Name::Seed).unwrap_or_default();
            Outcome { picture, photo, name, seed, took, answers, request, batch: None }
        });
        end.await;
    }
}
