//! Where photos go: the site's own endpoint, or a provider with the person's key.

use super::Ui;
use super::dynamic::{flag, maybe, part, run, text};
use crate::endpoint::{Connection, ConnectionError};
use crate::session::Session;
use crate::words;
use backdrop_contract::Dialect;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Dialog;
use leptos::prelude::*;

/// The site's own endpoint, among the hosts' names.
const SITE: &str = "";
/// This device, among the hosts' names.
const DEVICE: &str = "device";

/// What the dialog holds while it is open. The key leaves it only into the connection.
#[derive(Clone, Copy)]
struct Draft {
    /// The name of the host that a key goes to; empty for the site's own endpoint.
    host: RwSignal<String>,
    key: RwSignal<String>,
    address: RwSignal<String>,
    error: RwSignal<String>,
}

pub fn dialog(ui: Ui) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    let draft = Draft {
        host: RwSignal::new(String::new()),
        key: RwSignal::new(String::new()),
        address: RwSignal::new(String::new()),
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
            ui.session.stop_check();
            dialog.close();
        }
    });
    let save = move |event: MouseEvent| {
        event.prevent_default();
        if draft.save(ui) {
            ui.connecting.set(false);
        }
    };
    let close = move || ui.connecting.set(false);
    let session = ui.session;
    let hosts =
        Dialect::ALL.map(|to| choice(ui, draft, to.host().name, words::host(to), words::STRAIGHT));
    view! {
        <dialog
            node_ref=dialog
            id="connect"
            part="dialog"
            aria-label=session.say(words::WHERE_TO)
            on:close=run(move |_| close())
            // Its keys are its own: Ctrl+Enter here must not send a photo.
            on:keydown=run(|event: KeyboardEvent| event.stop_propagation())
        >
            <form novalidate>
                <h2>{session.say(words::WHERE_TO)}</h2>
                <div class="options">
                    {choice(ui, draft, SITE, words::THIS_SITE, words::OWN_ENDPOINT)}
                    {choice(ui, draft, DEVICE, words::THIS_DEVICE, words::BY_ITSELF)}
                    {Vec::from(hosts)}
                </div>
                {part(move || maybe(draft.with_key().then(|| key_fields(ui.session, draft))))}
                <p class="wrong" id="connect-error" role="alert">{text(move || draft.error.get())}</p>
                <div class="beside end">
                    {part(move || forget(ui, draft))}
                    <button class="ghost outlined" type="button" on:click=run(move |_| close())>
                        {session.say(words::CANCEL)}
                    </button>
                    <button class="primary" type="submit" id="connect-save" on:click=run(save)>
                        {session.say(words::USE_THIS)}
                    </button>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}

/// Offered when there is a key to forget.
fn forget(ui: Ui, draft: Draft) -> AnyView {
    let session = ui.session;
    let forget = move |_| {
        session.disconnect();
        draft.open(ui);
        ui.focus(&id(SITE));
    };
    let has_key = ui.session.connection.with(|now| now.key().is_some());
    maybe(has_key.then(|| {
        view! {
            <button class="ghost" type="button" id="forget" on:click=run(forget)>
                {session.say(words::FORGET_KEY)}
            </button>
        }
        .into_any()
    }))
}

/// One place where photos can go. Its address is filled in, and can be changed.
fn choice(
    ui: Ui,
    draft: Draft,
    host: &'static str,
    label: &'static str,
    help: &'static str,
) -> AnyView {
    let session = ui.session;
    let choose = move |_| {
        session.stop_check();
        draft.host.set(host.into());
        draft.address.set(untrack(|| draft.dialect()).address());
    };
    view! {
        <label class="option">
            <input
                type="radio"
                name="connection"
                id=id(host)
                prop:checked=flag(move || draft.host.with(|now| now == host))
                on:change=run(choose)
            />
            <span><b>{session.say(label)}</b><small>{session.say(help)}</small></span>
        </label>
    }
    .into_any()
}

/// The element that chooses a host.
fn id(host: &str) -> String {
    let host = if host.is_empty() { "site" } else { host };
    format!("connect-{host}")
}

fn key_fields(session: Session, draft: Draft) -> AnyView {
    // What was found out holds for what was there then.
    let type_into = move |field: RwSignal<String>| {
        run(move |event| {
            session.stop_check();
            field.set(event_target_value(&event));
        })
    };
    view! {
        <div class="field">
            <label for="key">
                {session.say(words::KEY)}
                <code>{text(move || draft.dialect().host().key_header.into())}</code>
            </label>
            <input
                type="password"
                id="key"
                autocomplete="off"
                aria-describedby="key-help"
                prop:value=text(move || draft.key.get())
                on:input=type_into(draft.key)
            />
            <small id="key-help">{session.say(words::KEY_HELP)}</small>
        </div>
        <div class="field">
            <label for="address">{session.say(words::ADDRESS)}</label>
            <input
                type="url"
                id="address"
                prop:value=text(move || draft.address.get())
                on:input=type_into(draft.address)
            />
        </div>
        {checker(session, draft)}
    }
    .into_any()
}

/// Asks whether the key is good, where that is free.
fn checker(session: Session, draft: Draft) -> AnyView {
    let check = move |_| {
        draft.error.set(String::new());
        match draft.connection() {
            Ok(connection) => session.check_key(connection),
            Err(error) => draft.error.set(session.say(words::no_connection(error)).into()),
        }
    };
    view! {
        <div class="beside">
            <button
                class="ghost outlined"
                type="button"
                id="check-key"
                prop:hidden=flag(move || !draft.has_check())
                on:click=run(check)
            >
                {session.say(words::CHECK_KEY)}
            </button>
            <small
                id="checked"
                role="status"
                class:wrong=flag(move || session.key_wrong.get())
            >
                {text(move || checked(session, draft))}
            </small>
        </div>
    }
    .into_any()
}

/// What came of asking.
fn checked(session: Session, draft: Draft) -> String {
    if draft.has_check() {
        session.key_says.get()
    } else {
        session.say(words::NO_FREE_CHECK).into()
    }
}

impl Draft {
    /// Shows what is in use now.
    fn open(self, ui: Ui) {
        let connection = ui.session.connection.get_untracked();
        self.error.set(String::new());
        // What was typed and not used is forgotten.
        self.key.set(connection.key().unwrap_or_default().to_owned());
        let (host, address) = match connection.key() {
            Some(_) => (connection.dialect().host().name, connection.address().to_owned()),
            None if connection.is_device() => (DEVICE, String::new()),
            None => (SITE, String::new()),
        };
        self.host.set(host.into());
        self.address.set(address);
    }

    fn with_key(self) -> bool {
        self.host.with(|host| host != SITE && host != DEVICE)
    }

    fn dialect(self) -> Dialect {
        Dialect::of(&self.host.get()).unwrap_or_default()
    }

    /// Whether a key can be checked there without spending.
    fn has_check(self) -> bool {
        self.dialect().host().credits_path.is_some()
    }

    /// The connection that the dialog holds.
    fn connection(self) -> Result<Connection, ConnectionError> {
        let made = Connection::with_key(&self.address.get_untracked(), &self.key.get_untracked());
        made.map(|connection| connection.speaking(untrack(|| self.dialect())))
    }

    /// Whether what the dialog holds is in use now.
    fn save(self, ui: Ui) -> bool {
        // Emptied first, so that the same mistake again is read out again.
        self.error.set(String::new());
        if !untrack(|| self.with_key()) {
            match self.host.with_untracked(|host| host == DEVICE) {
                true => ui.session.connect(Connection::device()),
                false => ui.session.disconnect(),
            }
            return true;
        }
        match self.connection() {
            Ok(connection) => {
                ui.session.connect(connection);
                true
            }
            Err(error) => {
                self.error.set(ui.session.say(words::no_connection(error)).into());
                false
            }
        }
    }
}
