//! What is done with the form as a whole: a line of small buttons above the background.

use super::dynamic::{maybe, part, run, text};
use super::icon::{self, icon};
use super::modal::modal;
use super::{Ui, background, keys, presets, share};
use crate::session::{Edits, Run, call, is_own_page, pieces};
use crate::words;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{EventTarget, MouseEvent};

pub fn desk(ui: Ui) -> AnyView {
    let session = ui.session;
    let Some(edits) = Edits::of(session) else { return ().into_any() };
    let listing = RwSignal::new(false);
    keys::listen(ui, edits, listing);
    close_when_left(ui, edits);
    let undo = move |_: MouseEvent| stay(ui, || edits.undo());
    let redo = move |_: MouseEvent| stay(ui, || edits.redo());
    let runs = move || session.run.with(Run::is_running);
    let reset = move |_: MouseEvent| {
        if !untrack(runs) {
            reset(ui);
        }
    };
    view! {
        <div class="beside" role="group" aria-label=session.say(words::FORM)>
            <button
                class="ghost turn"
                type="button"
                id="undo"
                title=session.say(words::UNDO)
                aria-label=session.say(words::UNDO)
                aria-disabled=text(move || (!edits.can_undo()).to_string())
                on:click=run(undo)
            >
                {icon(icon::UNDO)}
            </button>
            <button
                class="ghost turn"
                type="button"
                id="redo"
                title=session.say(words::REDO)
                aria-label=session.say(words::REDO)
                aria-disabled=text(move || (!edits.can_redo()).to_string())
                on:click=run(redo)
            >
                {icon(icon::REDO)}
            </button>
            <button
                class="ghost"
                type="button"
                id="reset"
                title=session.say(words::RESET)
                aria-label=session.say(words::RESET)
                aria-disabled=text(move || runs().to_string())
                on:click=run(reset)
            >
                {icon(icon::RESET)}
            </button>
            {maybe(is_own_page().then(|| own(ui)))}
            <button
                class="ghost last"
                type="button"
                id="keys"
                aria-haspopup="dialog"
                title=session.say(words::KEYS)
                aria-label=session.say(words::KEYS)
                on:click=run(move |_| listing.set(true))
            >
                {"?".to_owned()}
            </button>
        </div>
        <div role="status" id="form-says">
            {part(move || note(ui, edits))}
        </div>
        {modal(session, listing, "keys-list", words::KEYS, move || keys::list(session))}
    }
    .into_any()
}

/// What only our own page has: settings that stay here, and those that travel in its address.
fn own(ui: Ui) -> AnyView {
    let session = ui.session;
    let (keeping, sharing) = (RwSignal::new(false), RwSignal::new(false));
    let button = |id: &'static str, label: &'static str, open: RwSignal<bool>| {
        view! {
            <button
                class="ghost"
                type="button"
                id=id
                aria-haspopup="dialog"
                on:click=run(move |_| open.set(true))
            >
                {session.say(label)}
            </button>
        }
        .into_any()
    };
    view! {
        {button("presets", words::PRESETS, keeping)}
        {button("share", words::SHARE, sharing)}
        {modal(session, keeping, "presets-list", words::PRESETS, move || presets::presets(ui, keeping))}
        {modal(session, sharing, "share-settings", words::SHARE_TITLE, move || share::share(ui))}
    }
    .into_any()
}

/// What is said beside the form, which can be closed.
fn note(ui: Ui, edits: Edits) -> AnyView {
    let session = ui.session;
    let says = edits.says.get();
    if says.is_empty() {
        return ().into_any();
    }
    let lines = pieces(&says, b'\n').map(|line| view! { <p>{line.to_owned()}</p> }.into_any());
    let lines = lines.collect::<Vec<_>>();
    let close = move || {
        ui.focus("undo");
        edits.says.set(String::new());
    };
    let afresh = edits.afresh.get_untracked().then(|| {
        let afresh = move |_: MouseEvent| {
            close();
            reset(ui);
        };
        view! {
            <button class="ghost outlined" type="button" id="afresh" on:click=run(afresh)>
                {session.say(words::AFRESH)}
            </button>
        }
        .into_any()
    });
    view! {
        <div class="note beside">
            <div class="lines">{lines}</div>
            {maybe(afresh)}
            <button
                class="ghost"
                type="button"
                title=session.say(words::DISMISS_NOTE)
                aria-label=session.say(words::DISMISS_NOTE)
                on:click=run(move |_: MouseEvent| close())
            >
                {icon(icon::CLOSE)}
            </button>
        </div>
    }
    .into_any()
}

/// Does something that may take away what has the focus, which then goes where a person goes on.
pub fn stay(ui: Ui, act: impl FnOnce()) {
    let had = ui.has_focus_within("");
    act();
    request_animation_frame(move || {
        if had && !ui.has_focus_within("") {
            ui.focus(background::chosen(ui.session));
        }
    });
}

/// Empties the form; what the page around gives is there again.
fn reset(ui: Ui) {
    let session = ui.session;
    session.colour.set("#ffffff".to_owned());
    session.count.set(1);
    session.fresh_seed.set(false);
    let host = ui.host().map(JsValue::from).unwrap_or_default();
    if call(&host, "reset", &[]).is_err() {
        session.reset();
    }
    session.say_again(session.say(words::RESET_DONE).into());
}

/// What is typed once a field was left is a step of its own. Of a change of focus inside the studio
/// nobody outside hears, so this listens at its outermost element.
fn close_when_left(ui: Ui, edits: Edits) {
    let Some(app) = ui.app() else { return };
    let app: EventTarget = app.into();
    let left = Closure::<dyn Fn()>::new(move || edits.close());
    let _ = app.add_event_listener_with_callback("focusout", left.as_ref().unchecked_ref());
    let held = StoredValue::new_local((app, left));
    on_cleanup(move || {
        held.try_with_value(|(app, left)| {
            let _ =
                app.remove_event_listener_with_callback("focusout", left.as_ref().unchecked_ref());
        });
    });
}
