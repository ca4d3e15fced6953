//! How many pictures one press makes, and whether the seed stays.

use super::dynamic::{flag, run, text};
use crate::endpoint::Answers;
use crate::session::Session;
use crate::words;
use backdrop_contract::Name;
use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

pub fn vary(session: Session) -> AnyView {
    let counts = [1, 2, 4].map(|count| {
        view! {
            <label>
                <input
                    type="radio"
                    name="count"
                    id=["count-", &count.to_string()].concat()
                    prop:checked=flag(move || session.count.get() == count)
                    on:change=run(move |_| session.count.set(count))
                />
                <span>{count.to_string()}</span>
            </label>
        }
        .into_any()
    });
    let cost = move || match session.count.get() {
        1 => session.say(words::ONE_REQUEST).to_owned(),
        count => {
            let paid = !session.answers.with(Answers::is_engine);
            words::several_cost(session.language, count, paid)
        }
    };
    let keep = move |event: Event| {
        session.fresh_seed.set(!event_target::<HtmlInputElement>(&event).checked());
    };
    let hidden = move || !session.is_open(Name::Seed) || !session.takes(Name::Seed);
    view! {
        <div class="field" prop:hidden=flag(hidden)>
            <div class="row">
                <div>
                    <label for="keep-seed">{session.say(words::KEEP_SEED)}</label>
                    <small id="keep-seed-help">{session.say(words::KEEP_SEED_HELP)}</small>
                </div>
                <input
                    type="checkbox"
                    role="switch"
                    id="keep-seed"
                    aria-describedby="keep-seed-help".to_owned()
                    prop:checked=flag(move || !session.fresh_seed.get())
                    on:change=run(keep)
                />
            </div>
            <div
                class="segments"
                role="group"
                aria-label=session.say(words::PICTURES)
                aria-describedby="cost".to_owned()
            >
                {Vec::from(counts)}
            </div>
            <small id="cost" role="status">{text(cost)}</small>
        </div>
    }
    .into_any()
}
