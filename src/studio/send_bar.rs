//! The one button that matters, and where the photo goes.

use super::Ui;
use super::dynamic::{flag, run, text};
use super::header::promise;
use crate::rest::here;
use crate::session::{Run, Session, milliseconds, now};
use crate::words;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use std::time::Duration;

/// The button, which takes the focus when another that had it goes away.
const ID: &str = "send";
const CANCEL_ID: &str = "cancel";

/// How often the time on the button moves on.
const TICK: Duration = Duration::from_millis(100);

pub fn send_bar(ui: Ui) -> AnyView {
    let session = ui.session;
    let running = move || session.run.with(Run::is_running);
    let elapsed = RwSignal::new(0_u32);
    // Follows `running` by way of the effect: a button that has the focus loses it by being hidden.
    let can_cancel = RwSignal::new(false);
    Effect::new(move |_| {
        if running() {
            can_cancel.set(true);
            elapsed.set(spent(session));
            let tick = move || elapsed.set(spent(session));
            if let Ok(timer) = set_interval_with_handle(tick, TICK) {
                on_cleanup(move || timer.clear());
            }
        } else {
            if ui.has_focus(CANCEL_ID) {
                ui.focus(ID);
            }
            can_cancel.set(false);
        }
    });
    // The name stays still while the time runs: a screen reader would read every change.
    let label = move || match (session.pictures(), session.queued.get() > 0, here()) {
        _ if running() => session.say(words::WORKING).to_owned(),
        (_, true, Some(rest)) => (rest.queue_button)(session),
        (count @ 2.., _, Some(rest)) => (rest.make_several)(session.language, count),
        _ => session.say(words::SEND).to_owned(),
    };
    let time = move || {
        if running() { words::seconds(session.language, elapsed.get()) } else { String::new() }
    };
    let press = move |event: MouseEvent| {
        event.prevent_default();
        send(ui);
    };
    view! {
        <div class="send" part="send">
            <div class="beside">
                <button
                    class="primary"
                    part="send-button"
                    id=ID
                    type="submit"
                    // Not `submit` on the form, which a frame in a sandbox does not let happen.
                    on:click=run(press)
                    aria-disabled=text(move || running().to_string())
                    aria-describedby="promise".to_owned()
                >
                    {text(label)}
                    <span aria-hidden="true">{text(time)}</span>
                    <kbd aria-hidden="true" prop:hidden=flag(running)>{session.say(words::SEND_KEYS)}</kbd>
                </button>
                <button
                    class="ghost outlined"
                    id=CANCEL_ID
                    type="button"
                    prop:hidden=flag(move || !can_cancel.get())
                    on:click=run(move |_| session.cancel())
                >
                    {session.say(words::CANCEL)}
                </button>
            </div>
            <small id="promise">{text(move || promise(session))}</small>
        </div>
    }
    .into_any()
}

fn spent(session: Session) -> u32 {
    let started = session.run.with_untracked(Run::started);
    started.map_or(0, |started| milliseconds(now() - started))
}

/// Gives the button the focus, as what had it is about to go.
pub fn take_focus(ui: Ui) {
    ui.focus(ID);
}

/// Sends, or takes the person to what keeps it from being sent.
pub fn send(ui: Ui) {
    // First: a field takes what was typed when it is left, and keys send without leaving it. The
    // button that was pressed may also be in a failure's card, which goes.
    take_focus(ui);
    if let Err(name) = ui.session.send() {
        // After the views have shown what is wrong.
        ui.more.set(true);
        request_animation_frame(move || ui.focus(name.wire()));
    }
}
