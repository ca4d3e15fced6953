//! What our own page does once the rest of the program is there: it takes up what was left here.

use super::draft::keep_draft;
use super::{Edits, Form, Session, collect_all};
use crate::endpoint::Connection;
use crate::keep::record::get;
use crate::keep::{KEPT_KEY, KeptKey};
use crate::rest::Task;
use crate::words;
use backdrop_contract::Dialect;
use leptos::prelude::*;
use web_sys::Event;

/// Whether the page around is our own, which the studio has to itself. What a person leaves in a
/// browser, they leave on our page and no other.
pub fn is_own_page() -> bool {
    let own = document().query_selector("backdrop-studio[own-page]");
    own.is_ok_and(|own| own.is_some())
}

/// Takes up what was left, at once as far as it can be, and gives what takes time: to collect what was
/// under way.
pub fn begin(session: Session) -> Task {
    let own = is_own_page();
    let usual = untrack(|| Form::of(session));
    // What is taken up from here on can be undone.
    let edits = Edits::of(session);
    let linked = own && session.hear_links();
    if let Some(edits) = edits.filter(|_| session.remembers.get_untracked()) {
        session.spawn(keep_draft(session, edits, usual, linked));
    }
    if own {
        session.hear_other_tabs();
    }
    let connected = own && session.use_kept_key();
    Box::pin(async move {
        // Another connection collects by itself.
        if !connected {
            collect_all(session).await;
        }
    })
}

impl Session {
    /// Settings come in the page's address, now and later. Whether some did now.
    fn hear_links(self) -> bool {
        let linked = self.take_shared();
        let heard = move |_: Event| {
            self.take_shared();
        };
        let listener = window_event_listener_untyped("hashchange", heard);
        on_cleanup(move || listener.remove());
        linked
    }

    /// Photos go where the key that is kept was given for, if it is in use.
    fn use_kept_key(self) -> bool {
        let free = self.connection.with_untracked(|now| now.key().is_none());
        let kept = KeptKey::find().filter(|kept| free && kept.used);
        let Some((kept, dialect)) =
            kept.and_then(|kept| Some((kept.clone(), Dialect::of(&kept.dialect)?)))
        else {
            return false;
        };
        let Ok(connection) = Connection::with_key(&kept.address, &kept.key) else {
            KeptKey::forget();
            return false;
        };
        self.connect(connection.speaking(dialect));
        true
    }

    /// A key that is forgotten in another tab is forgotten in this one.
    fn hear_other_tabs(self) {
        let heard = move |event: Event| {
            let text = |name: &str| get(&event, name).as_string();
            if text("key").as_deref() != Some(KEPT_KEY) || text("newValue").is_some() {
                return;
            }
            let old = text("oldValue").and_then(|old| KeptKey::parse(&old));
            let is_it = |old: &KeptKey| {
                self.connection.try_with_untracked(|now| now.key() == Some(&old.key)) == Some(true)
            };
            if old.as_ref().is_some_and(is_it) {
                self.disconnect();
                self.said.set(self.say(words::KEY_FORGOTTEN_ELSEWHERE).into());
            }
        };
        let listener = window_event_listener_untyped("storage", heard);
        on_cleanup(move || listener.remove());
    }
}
