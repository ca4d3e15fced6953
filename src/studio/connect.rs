//! Where photos go: the site's own endpoint, or a provider with the person's key.

use super::Ui;
use super::dynamic::{flag, maybe, part, run, text};
use super::modal::{follows, own_keys};
use crate::endpoint::{Connection, ConnectionError};
use crate::keep::KeptKey;
use crate::session::{Session, is_own_page};
use crate::words;
use backdrop_contract::Dialect;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

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
    /// Whether the key is to be kept on this device.
    remember: RwSignal<bool>,
    /// Who it is that is kept, enough of it to be known; empty while there is none.
    kept: RwSignal<String>,
}

pub fn dialog(ui: Ui) -> AnyView {
    let draft = Draft {
        host: RwSignal::new(String::new()),
        key: RwSignal::new(String::new()),
        address: RwSignal::new(String::new()),
        error: RwSignal::new(String::new()),
        remember: RwSignal::new(false),
        kept: RwSignal::new(String::new()),
    };
    let dialog = follows(ui.connecting, move |opens| match opens {
        true => draft.open(ui),
        false => ui.session.stop_check(),
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
            on:keydown=run(own_keys)
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
        KeptKey::forget();
        if session.connection.with_untracked(|now| now.key().is_some()) {
            session.disconnect();
        }
        draft.open(ui);
        ui.focus(&id(SITE));
    };
    let has_key = ui.session.connection.with(|now| now.key().is_some());
    let is_kept = draft.kept.with(|kept| !kept.is_empty());
    maybe((has_key || is_kept).then(|| {
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
        draft.fill_in();
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
            <small id="key-help">{text(move || session.say(draft.key_help()).into())}</small>
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
        {maybe(is_own_page().then(|| remember(session, draft)))}
    }
    .into_any()
}

/// The choice to keep the key, with what it risks, and which one is kept.
fn remember(session: Session, draft: Draft) -> AnyView {
    let change = move |event: Event| {
        draft.remember.set(event_target::<HtmlInputElement>(&event).checked());
    };
    view! {
        <div class="row">
            <div>
                <label for="remember-key">{session.say(words::REMEMBER_KEY)}</label>
                <small id="remember-key-help">{session.say(words::REMEMBER_RISK)}</small>
            </div>
            <input
                type="checkbox"
                role="switch"
                id="remember-key"
                aria-describedby="remember-key-help".to_owned()
                prop:checked=flag(move || draft.remember.get())
                on:change=run(change)
            />
        </div>
        <small id="kept-key" prop:hidden=flag(move || draft.kept.with(String::is_empty))>
            {text(move || draft.kept.get())}
        </small>
    }
    .into_any()
}

/// Asks whether the key is good, where that is free.
fn checker(session: Session, draft: Draft) -> AnyView {
    let check = move |_| {
        draft.error.set(String::new());
        if draft.is_astray(session) {
            return;
        }
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
        let kept = self.kept_key();
        let is_it = |kept: &KeptKey| connection.key() == Some(&kept.key);
        self.remember.set(kept.as_ref().is_some_and(is_it));
        self.kept.set(kept.map_or_else(String::new, |kept| {
            words::kept_key(ui.session.language, &kept.masked(), &kept.host())
        }));
    }

    /// The key that is kept, where one may be.
    fn kept_key(self) -> Option<KeptKey> {
        KeptKey::find().filter(|_| is_own_page())
    }

    /// Another host was chosen: the key that is kept is filled in where it was given for, and nowhere
    /// else.
    fn fill_in(self) {
        let Some(kept) = self.kept_key() else { return };
        let is_host = self.host.with_untracked(|host| *host == kept.dialect);
        if is_host {
            self.address.set(kept.address);
            self.key.set(kept.key);
        } else if self.key.with_untracked(|key| *key == kept.key) {
            self.key.set(String::new());
        }
        self.remember.set(is_host);
    }

    fn key_help(self) -> &'static str {
        if self.remember.get() { words::KEY_HELP_KEPT } else { words::KEY_HELP }
    }

    /// Whether the key that is kept would go to another place than it was given for; says so.
    fn is_astray(self, session: Session) -> bool {
        let (key, address) = (self.key.get_untracked(), self.address.get_untracked());
        let astray =
            self.kept_key().filter(|kept| kept.key == key.trim() && !kept.is_for(&address));
        if let Some(kept) = &astray {
            self.error.set(words::key_is_for(session.language, &kept.host()));
        }
        astray.is_some()
    }

    /// Keeps the key on this device, or keeps it no longer, as the person chose.
    fn keep(self, session: Session, connection: &Connection) {
        if !is_own_page() {
            return;
        }
        if !self.remember.get_untracked() {
            return KeptKey::forget();
        }
        let kept = KeptKey {
            address: connection.address().to_owned(),
            dialect: connection.dialect().host().name.to_owned(),
            key: connection.key().unwrap_or_default().to_owned(),
            used: true,
        };
        if !kept.keep() {
            session.notice.set(session.say(words::KEY_NOT_KEPT).into());
        }
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
            // What was chosen holds after a reload too; the key stays for when it is wanted again.
            if let Some(kept) = self.kept_key() {
                KeptKey { used: false, ..kept }.keep();
            }
            match self.host.with_untracked(|host| host == DEVICE) {
                true => ui.session.connect(Connection::device()),
                false => ui.session.disconnect(),
            }
            return true;
        }
        if self.is_astray(ui.session) {
            return false;
        }
        match self.connection() {
            Ok(connection) => {
                self.keep(ui.session, &connection);
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
