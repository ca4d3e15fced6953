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
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if !open.get() {
            dialog.close();
        } else if !dialog.open() {
            let _ = dialog.show_modal();
        }
    });
    let content = move || maybe(open.get().then(&content));
    view! {
        <dialog
            node_ref=dialog
            id=id
            part="dialog"
            aria-label=session.say(title)
            on:close=run(move |_| open.set(false))
            // Its keys are its own: Ctrl+Enter here must not send a photo.
            on:keydown=run(|event: KeyboardEvent| event.stop_propagation())
        >
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
            {part(content)}
        </dialog>
    }
    .into_any()
}
