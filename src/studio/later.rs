//! Views that are in the rest of the program.

use super::Ui;
use super::dynamic::{maybe, part};
use crate::rest::{Rest, here, idle};
use crate::session::Session;
use leptos::prelude::*;

/// A view that is there at once where the rest is, and otherwise when it has come.
pub fn later(session: Session, view: impl Fn(Rest) -> AnyView + 'static) -> AnyView {
    later_boxed(session, Box::new(view))
}

/// There once, for every view.
fn later_boxed(session: Session, view: Box<dyn Fn(Rest) -> AnyView>) -> AnyView {
    if let Some(rest) = here() {
        return view(rest);
    }
    let view = StoredValue::new_local(view);
    let there = RwSignal::new(false);
    session.with_rest(move |_| {
        there.try_set(true);
    });
    part(move || {
        there.track();
        maybe(here().map(|rest| view.with_value(|view| view(rest))))
    })
    .into_any()
}

/// A view that nobody waits for: it is there once the rest is.
pub fn soon(session: Session, view: impl Fn(Rest) -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn Fn(Rest) -> AnyView + Send> = Box::new(view);
    in_a_moment(session, true, Box::new(move || maybe(here().map(&view))))
}

/// A view that comes after the first look, which is drawn the sooner for it.
pub fn after(session: Session, view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    in_a_moment(session, false, Box::new(view))
}

/// Each such view has a task of its own, so that a person is never kept waiting by all of them.
fn in_a_moment(session: Session, whole: bool, view: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let there = RwSignal::new(here().is_some());
    if !there.get_untracked() {
        Effect::new(move |_| {
            if !whole || session.whole.get() {
                session.spawn(async move {
                    idle().await;
                    // Drawn once: a person may be in it by now.
                    if there.try_get_untracked() == Some(false) {
                        there.set(true);
                    }
                });
            }
        });
    }
    part(move || maybe(there.get().then(&view))).into_any()
}

/// A dialog that is there from when `open` is first set.
pub fn dialog(ui: Ui, open: RwSignal<bool>, view: fn(Rest) -> fn(Ui) -> AnyView) -> AnyView {
    let there = RwSignal::new(false);
    Effect::new(move |_| {
        if open.get() && !there.get_untracked() {
            ui.session.with_rest(move |rest| {
                // The studio may be gone by now.
                match rest {
                    Some(_) => there.try_set(true),
                    None => open.try_set(false),
                };
            });
        }
    });
    part(move || maybe(there.get().then(here).flatten().map(|rest| view(rest)(ui)))).into_any()
}
