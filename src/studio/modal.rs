//! A dialog above everything else; what is in it is there while it is open.

use super::dynamic::{maybe, part, run};
use super::icon::{self, icon};
use crate::session::Session;
use crate::words;
use leptos::ev::KeyboardEvent;
use leptos::html::Dialog;
use leptos::prelude::*;

pub fn modal(
    session: Session,
    open: RwSignal<bool>,
    id: &'static str,
    title: &'static str,
    content: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let dialog = follows(open, |_| ());
    let content = move || maybe(open.get().then(&content));
    view! {
        <dialog
            node_ref=dialog
            id=id
            part="dialog"
            aria-label=session.say(title)
            on:close=run(move |_| open.set(false))
            on:keydown=run(own_keys)
        >
            {head(session, title, open)}
            {part(content)}
        </dialog>
    }
    .into_any()
}

/// What a `dialog` is to be bound to that is open while `open` says so. `turned` hears of it first.
pub fn follows(open: RwSignal<bool>, turned: impl Fn(bool) + 'static) -> NodeRef<Dialog> {
    let dialog = NodeRef::<Dialog>::new();
    let turned: Box<dyn Fn(bool)> = Box::new(turned);
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if !open.get() {
            turned(false);
            dialog.close();
        } else if !dialog.open() {
            turned(true);
            let _ = dialog.show_modal();
        }
    });
    dialog
}

/// A dialog's keys are its own: Ctrl+Enter there must not send a photo.
#[expect(clippy::needless_pass_by_value, reason = "as handlers take it")]
pub fn own_keys(event: KeyboardEvent) {
    event.stop_propagation();
}

/// Its name, and the button that closes it.
pub fn head(session: Session, title: &'static str, open: RwSignal<bool>) -> AnyView {
    view! {
        <div class="beside">
            <h2>{session.say(title)}</h2>
            <button
                class="ghost"
                type="button"
                title=session.say(words::CLOSE)
                aria-label=session.say(words::CLOSE)
                on:click=run(move |_| open.set(false))
            >
                {icon(icon::CLOSE)}
            </button>
        </div>
    }
    .into_any()
}
