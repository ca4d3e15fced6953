//! The choice of the finer network, where this device cuts out: asked about before anything is fetched.

use super::Ui;
use super::dynamic::{flag, maybe, part, run, text};
use super::modal::modal;
use crate::endpoint::{Finer, bring_finer, engine_host, remove_finer, stop_finer, use_finer};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

/// Stands in the panel, under the photo.
pub fn choice(ui: Ui) -> AnyView {
    // Elsewhere nobody asks whether there is one.
    let is_here = Memo::new(move |_| ui.session.connection.with(|to| to.is_device()));
    part(move || maybe(is_here.get().then(|| on_device(ui)))).into_any()
}

fn on_device(ui: Ui) -> AnyView {
    let session = ui.session;
    let asking = RwSignal::new(false);
    session.watch_finer();
    // What comes and goes with each byte must not take the switch with it.
    let is_offered = Memo::new(move |_| session.finer.get() != Finer::Absent);
    let row = move || maybe(is_offered.get().then(|| row(ui, asking)));
    view! {
        {part(row)}
        {modal(session, asking, "finer-ask", words::FINER, move || ask(ui, asking))}
    }
    .into_any()
}

fn row(ui: Ui, asking: RwSignal<bool>) -> AnyView {
    let session = ui.session;
    let is_used = move || session.finer.get() == Finer::Used;
    let change = move |event: Event| {
        let switch = event_target::<HtmlInputElement>(&event);
        match session.finer.get_untracked() {
            Finer::Kept | Finer::Used => return use_finer(switch.checked()),
            Finer::Offered(_) => asking.set(true),
            Finer::Absent | Finer::Coming { .. } => {}
        }
        // On once it is here.
        switch.set_checked(false);
    };
    let help = move || {
        session.say(match session.finer.get() {
            Finer::Kept | Finer::Used => words::FINER_KEPT,
            _ => words::FINER_OFFERED,
        })
    };
    // Drawn anew where it becomes another, and not with each byte.
    let kind = Memo::new(move |_| match session.finer.get() {
        Finer::Coming { .. } => Finer::Coming { received: 0, total: 0 },
        other => other,
    });
    let more = move || match kind.get() {
        Finer::Coming { .. } => coming(ui),
        Finer::Kept | Finer::Used => remove(ui),
        Finer::Offered(_) | Finer::Absent => ().into_any(),
    };
    let why = move || match kind.get() {
        Finer::Offered(Some(why)) => session.say(words::not_finer(why)).to_owned(),
        _ => String::new(),
    };
    view! {
        <div class="row">
            <div>
                <label for="finer">{session.say(words::FINER)}</label>
                <small id="finer-help">{text(move || help().into())}</small>
            </div>
            <input
                type="checkbox"
                role="switch"
                id="finer"
                aria-describedby="finer-help".to_owned()
                prop:checked=flag(is_used)
                on:change=run(change)
            />
        </div>
        <div class="finer">
            {part(more)}
            // There before what comes into it, which is read out for that.
            <small class="wrong" id="finer-why" role="alert">{text(why)}</small>
        </div>
    }
    .into_any()
}

/// What has come so far, and a way to end it.
fn coming(ui: Ui) -> AnyView {
    let session = ui.session;
    let so_far = move || match session.finer.get() {
        Finer::Coming { received, total } => (received, total),
        _ => (0, 0),
    };
    let says = move || {
        let (received, total) = so_far();
        words::receiving(session.language, words::FINER_FETCHING, received, total)
    };
    let done = move || {
        let (received, total) = so_far();
        (u64::from(received) * 100 / u64::from(total.max(1))).to_string()
    };
    let stop = move |_| {
        stop_finer();
        ui.focus("finer");
    };
    // It ends by itself, too, and takes the focus along.
    on_cleanup(move || {
        if ui.has_focus("finer-stop") {
            ui.focus("finer");
        }
    });
    view! {
        <small>{text(says)}</small>
        <progress max="100" value=text(done) aria-label=session.say(words::FINER_FETCHING)></progress>
        <button class="ghost outlined" type="button" id="finer-stop" on:click=run(stop)>
            {session.say(words::CANCEL)}
        </button>
    }
    .into_any()
}

fn remove(ui: Ui) -> AnyView {
    let session = ui.session;
    let remove = move |_| {
        remove_finer();
        session.said.set(session.say(words::FINER_REMOVED).into());
        ui.focus("finer");
    };
    view! {
        <button class="ghost outlined" type="button" id="finer-remove" on:click=run(remove)>
            {session.say(words::FINER_REMOVE)}
        </button>
    }
    .into_any()
}

/// What it takes, before anything is fetched.
fn ask(ui: Ui, asking: RwSignal<bool>) -> AnyView {
    let session = ui.session;
    let yes = move |_| {
        asking.set(false);
        bring_finer();
        request_animation_frame(move || ui.focus("finer-stop"));
    };
    view! {
        <p>{session.say(words::FINER_WHAT)}</p>
        <ul>
            <li>{words::finer_from(session.language, &engine_host())}</li>
            <li>{session.say(words::FINER_STAYS)}</li>
            <li>{session.say(words::FINER_COSTS)}</li>
        </ul>
        <div class="beside end">
            <button class="ghost outlined" type="button" on:click=run(move |_| asking.set(false))>
                {session.say(words::CANCEL)}
            </button>
            <button class="primary" type="button" id="finer-yes" on:click=run(yes)>
                {session.say(words::FINER_YES)}
            </button>
        </div>
    }
    .into_any()
}

/// Another try, without it.
pub fn quick(session: Session, send: impl Fn() + 'static) -> Option<AnyView> {
    let quick = move |_| {
        use_finer(false);
        send();
    };
    (session.finer.get_untracked() == Finer::Used).then(|| {
        view! {
            <button class="ghost" type="button" id="send-quick" on:click=run(quick)>
                {session.say(words::FINER_QUICK)}
            </button>
        }
        .into_any()
    })
}
