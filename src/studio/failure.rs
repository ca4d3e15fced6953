//! What went wrong, what the server said, and what to do. Nothing typed is lost by it.

use super::dynamic::{maybe, part, run};
use super::icon::{self, icon};
use super::{Ui, send_bar};
use crate::session::Run;
use crate::words;
use backdrop_contract::{Failure, FailureKind};
use leptos::prelude::*;

pub fn failure(ui: Ui) -> AnyView {
    let session = ui.session;
    let failed = move || match session.run.get() {
        Run::Failed(failure) => card(ui, &failure),
        _ => ().into_any(),
    };
    let noticed = move || {
        let text = session.notice.get();
        maybe((!text.is_empty()).then(|| notice(ui, text)))
    };
    // The region is there before what comes into it, which is read out for that.
    view! { <div class="alerts" role="alert">{part(failed)}{part(noticed)}</div> }.into_any()
}

fn card(ui: Ui, failure: &Failure) -> AnyView {
    let own_key = ui.session.connection.with_untracked(|to| to.key().is_some());
    let words = words::failure(failure.kind, own_key);
    let title = words::with_status(words.title, failure.status);
    let said = failure.text.clone();
    let said = said.map(|text| view! { <blockquote>{text}</blockquote> }.into_any());
    let connect = is_about_connection(failure.kind).then(|| {
        view! {
            <button
                class="ghost"
                type="button"
                on:click=run(move |_| ui.connecting.set(true))
            >
                {words::OPEN_CONNECTION}
            </button>
        }
        .into_any()
    });
    view! {
        <div class="failure" id="failure">
            {icon(icon::WARNING)}
            <div>
                <b>{title}</b>
                {maybe(said)}
                <p>{words.remedy}</p>
                <p class="actions">
                    <button
                        class="ghost"
                        type="button"
                        on:click=run(move |_| send_bar::send(ui))
                    >
                        {words::SEND_AGAIN}
                    </button>
                    {maybe(connect)}
                </p>
            </div>
        </div>
    }
    .into_any()
}

/// Whether another address or key is the remedy.
fn is_about_connection(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::Key
            | FailureKind::NotFound
            | FailureKind::Retired
            | FailureKind::Forbidden
            | FailureKind::Network
    )
}

fn notice(ui: Ui, text: String) -> AnyView {
    let dismiss = move |_| {
        send_bar::take_focus(ui);
        ui.session.notice.set(String::new());
    };
    view! {
        <div class="failure" id="notice">
            {icon(icon::WARNING)}
            <p>{text}</p>
            <button
                class="ghost"
                type="button"
                title=words::DISMISS
                aria-label=words::DISMISS
                on:click=run(dismiss)
            >
                {icon(icon::CLOSE)}
            </button>
        </div>
    }
    .into_any()
}
