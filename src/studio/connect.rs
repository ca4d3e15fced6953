//! Where photos go: the site's own endpoint, or a provider with the person's key.

use super::Ui;
use super::dynamic::{flag, maybe, part, run, text};
use crate::endpoint::Connection;
use crate::words;
use backdrop_contract::KEY_HEADER;
use leptos::ev::KeyboardEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use web_sys::SubmitEvent;

/// What the dialog holds while it is open. The key leaves it only into the connection.
#[derive(Clone, Copy)]
struct Draft {
    with_key: RwSignal<bool>,
    key: RwSignal<String>,
    address: RwSignal<String>,
    error: RwSignal<String>,
}

pub fn dialog(ui: Ui) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    let draft = Draft {
        with_key: RwSignal::new(false),
        key: RwSignal::new(String::new()),
        address: RwSignal::new(Connection::provider_address()),
        error: RwSignal::new(String::new()),
    };
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if ui.connecting.get() {
            draft.open(ui);
            if !dialog.open() {
                let _ = dialog.show_modal();
            }
        } else {
            dialog.close();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if draft.save(ui) {
            ui.connecting.set(false);
        }
    };
    let close = move || ui.connecting.set(false);
    view! {
        <dialog
            node_ref=dialog
            id="connect"
            aria-label=words::WHERE_TO
            on:close=run(move |_| close())
            // Its keys are its own: Ctrl+Enter here must not send a photo.
            on:keydown=run(|event: KeyboardEvent| event.stop_propagation())
        >
            <form on:submit=run(submit) novalidate>
                <h2>{words::WHERE_TO}</h2>
                {choice(draft, false, "connect-site", words::THIS_SITE, words::OWN_ENDPOINT)}
                {choice(draft, true, "connect-key", words::WITH_KEY, words::STRAIGHT)}
                {part(move || maybe(draft.with_key.get().then(|| key_fields(draft))))}
                <p class="wrong" id="connect-error" role="alert">{text(move || draft.error.get())}</p>
                <div class="beside end">
                    {part(move || forget(ui, draft))}
                    <button class="ghost outlined" type="button" on:click=run(move |_| close())>
                        {words::CANCEL}
                    </button>
                    <button class="primary" type="submit" id="connect-save">
                        {words::USE_THIS}
                    </button>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}

/// Offered when there is a key to forget.
fn forget(ui: Ui, draft: Draft) -> AnyView {
    let forget = move |_| {
        ui.session.disconnect();
        draft.open(ui);
        ui.focus("connect-site");
    };
    let has_key = ui.session.connection.with(|now| now.key().is_some());
    maybe(has_key.then(|| {
        view! {
            <button class="ghost" type="button" id="forget" on:click=run(forget)>
                {words::FORGET_KEY}
            </button>
        }
        .into_any()
    }))
}

fn choice(
    draft: Draft,
    with_key: bool,
    id: &'static str,
    label: &'static str,
    help: &'static str,
) -> AnyView {
    view! {
        <label class="option">
            <input
                type="radio"
                name="connection"
                id=id
                prop:checked=flag(move || draft.with_key.get() == with_key)
                on:change=run(move |_| draft.with_key.set(with_key))
            />
            <span><b>{label}</b><small>{help}</small></span>
        </label>
    }
    .into_any()
}

fn key_fields(draft: Draft) -> AnyView {
    view! {
        <div class="field">
            <label for="key">{words::KEY}<code>{KEY_HEADER}</code></label>
            <input
                type="password"
                id="key"
                autocomplete="off"
                aria-describedby="key-help"
                prop:value=text(move || draft.key.get())
                on:input=run(move |event| draft.key.set(event_target_value(&event)))
            />
            <small id="key-help">{words::KEY_HELP}</small>
        </div>
        <div class="field">
            <label for="address">{words::ADDRESS}</label>
            <input
                type="url"
                id="address"
                prop:value=text(move || draft.address.get())
                on:input=run(move |event| draft.address.set(event_target_value(&event)))
            />
        </div>
    }
    .into_any()
}

impl Draft {
    /// Shows what is in use now.
    fn open(self, ui: Ui) {
        let connection = ui.session.connection.get_untracked();
        self.error.set(String::new());
        self.with_key.set(connection.key().is_some());
        // What was typed and not used is forgotten.
        self.key.set(connection.key().unwrap_or_default().to_owned());
        self.address.set(match connection.key() {
            Some(_) => connection.address().to_owned(),
            None => Connection::provider_address(),
        });
    }

    /// Whether what the dialog holds is in use now.
    fn save(self, ui: Ui) -> bool {
        // Emptied first, so that the same mistake again is read out again.
        self.error.set(String::new());
        if !self.with_key.get_untracked() {
            ui.session.disconnect();
            return true;
        }
        let made = Connection::with_key(&self.address.get_untracked(), &self.key.get_untracked());
        match made {
            Ok(connection) => {
                ui.session.connect(connection);
                true
            }
            Err(error) => {
                self.error.set(error.to_string());
                false
            }
        }
    }
}
