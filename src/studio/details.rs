//! What the provider told beside a picture or a failure, for those who look.

use crate::words::{self, Language};
use backdrop_contract::Details;
use leptos::prelude::*;

/// None where it told nothing.
pub fn details(language: Language, details: &Details) -> Option<AnyView> {
    if details.is_empty() {
        return None;
    }
    let row = |(detail, text): &(_, String)| {
        view! { <li>{words::told_detail(language, *detail, text)}</li> }.into_any()
    };
    let rows: Vec<_> = details.iter().map(row).collect();
    Some(
        view! {
            <details class="told">
                <summary>{language.say(words::DETAILS)}</summary>
                <ul>{rows}</ul>
            </details>
        }
        .into_any(),
    )
}
