//! Sentences that tell what happened, with names and numbers in them.

use super::{MADE_HERE, MADE_ON_SERVER, seconds};

pub fn chosen(name: &str) -> String {
    format!("Photo chosen: {name}")
}

pub fn chosen_reference(name: &str) -> String {
    format!("Reference chosen: {name}")
}

/// After several files came at once.
pub fn first_of(said: &str, of: u32) -> String {
    format!("{said}, the first of {of} files")
}

pub fn cannot_be_shown(name: &str) -> String {
    format!("{name} cannot be shown. It may still be sent, if it is a picture.")
}

/// What a screen reader hears when a picture is ready; `of` names its photo when another one is
/// chosen by now.
pub fn done(milliseconds: u32, of: Option<&String>) -> String {
    let took = seconds(milliseconds);
    match of {
        None => format!("Done in {took}. The picture is ready."),
        Some(name) => format!("Done in {took}. The picture of {name} is among the results."),
    }
}

/// Where a photo goes when it goes to another host.
pub fn goes_to(host: &str, own_key: bool) -> String {
    match own_key {
        true => format!("The photo goes to {host}, with your key"),
        false => format!("The photo goes to {host}"),
    }
}

/// Where a photo goes when the site passes it on; `address` is the provider's.
pub fn goes_through_site(address: &str) -> String {
    let host = address.rsplit('/').next().unwrap_or_default();
    format!("The photo goes through this site to {host}")
}

/// Says plainly that a picture is the engine's own work, and what its words did.
pub fn made_by_engine(here: bool, look: Option<&String>) -> String {
    let place = if here { MADE_HERE } else { MADE_ON_SERVER };
    match look {
        Some(look) => format!(
            "{place}: your words chose the painted look “{look}”. Scenes from words need the provider."
        ),
        None => format!("{place}, without the provider."),
    }
}

pub fn with_status(title: &str, status: Option<u16>) -> String {
    match status {
        Some(status) => format!("{title} (status {status})"),
        None => title.to_owned(),
    }
}

pub fn your_photo(name: &str) -> String {
    format!("Your photo, {name}")
}

pub fn on_new_background(name: &str) -> String {
    format!("{name} on its new background")
}

pub fn seed_and_time(seed: i64, took: u32) -> String {
    format!("seed {seed} · {}", seconds(took))
}
