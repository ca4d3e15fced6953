//! Several pictures side by side, to choose from.

use super::Ui;
use super::dynamic::{part, run};
use crate::session::{Outcome, Session, Tile};
use crate::words;
use leptos::prelude::*;

pub fn together(ui: Ui) -> AnyView {
    let session = ui.session;
    let tiles = move || {
        let batch = session.batch.get();
        let outcomes = session.outcomes.get();
        let tiles = batch.tiles.iter().map(|one| {
            let of = |made: &Outcome| made.batch == Some(batch.started) && made.seed == one.seed;
            match outcomes.iter().position(of) {
                Some(at) => made(ui, at, &outcomes[at]),
                None => missing(session, one),
            }
        });
        tiles.collect::<Vec<_>>().into_any()
    };
    view! { <ul class="together" aria-label=session.say(words::TOGETHER)>{part(tiles)}</ul> }
        .into_any()
}

fn made(ui: Ui, at: usize, outcome: &Outcome) -> AnyView {
    let choose = move |_| {
        ui.session.show(Some(at));
        // The button goes with the others.
        request_animation_frame(move || ui.focus("all-pictures"));
    };
    view! {
        <li>
            <button type="button" on:click=run(choose)>
                <img src=outcome.picture.url().to_owned() alt=outcome.file_name() />
                <span>{words::seed_and_time(ui.session.language, outcome.seed, outcome.took)}</span>
            </button>
        </li>
    }
    .into_any()
}

/// Under way, or why not.
fn missing(session: Session, tile: &Tile) -> AnyView {
    let says = match &tile.lost {
        Some(failure) => words::failure(failure.kind, false).title,
        None => words::MAKING,
    };
    view! { <li class="missing" class:lost=tile.lost.is_some()>{session.say(says)}</li> }.into_any()
}
