//! Sentences that tell what happened, with names and numbers in them.

use super::{
    FIRST_PICTURE, Language, MADE_HERE, MADE_ON_SERVER, MENDED, SMALLER, UPRIGHT, bytes, seconds,
    size,
};
use crate::photo::{Change, Photo};
use crate::session::Excess;
use backdrop_contract::Format;

/// Before a photo's name.
const UNDER_WAY: &str = "A picture was under way when this page was left: ";

const NEEDS_KEY: &str =
    ", and the key is not kept: open the connection and enter it, and the picture is fetched.";

pub fn chosen(name: &str, change: &str) -> String {
    sentences("Photo chosen: ", name, change)
}

pub fn chosen_reference(name: &str, change: &str) -> String {
    sentences("Reference chosen: ", name, change)
}

fn sentences(what: &str, name: &str, change: &str) -> String {
    match change {
        "" => [what, name].concat(),
        change => [what, name, ". ", change].concat(),
    }
}

/// What was done to a file before it can be sent; empty where nothing was.
pub fn change(change: Change, format: Option<Format>) -> String {
    let mut text = String::new();
    if let (Some(from), Some(now)) = (change.from, format) {
        text.push_str("Converted from ");
        text.push_str(from.label());
        text.push_str(" to ");
        text.push_str(now.label());
    }
    for (done, words) in [
        (change.first, FIRST_PICTURE),
        (change.upright, UPRIGHT),
        (change.smaller, SMALLER),
        (change.mended, MENDED),
    ] {
        if done {
            if !text.is_empty() {
                text.push_str(" · ");
            }
            text.push_str(words);
        }
    }
    text
}

/// What is too much about a picture.
pub fn excess(language: Language, excess: Excess) -> String {
    match excess {
        Excess::Bytes { has, most } => {
            format!(
                "This file has {}; the limit here is {}.",
                bytes(language, has),
                bytes(language, most)
            )
        }
        Excess::Megapixels { has, most } => {
            format!("This picture has {has} megapixels; the limit here is {most}.")
        }
    }
}

/// On the button that takes a smaller copy.
pub fn use_smaller(language: Language, copy: &Photo) -> String {
    let mut text =
        format!("Use a smaller copy: {}", bytes(language, copy.bytes().unwrap_or_default()));
    if let Some(pixels) = copy.size {
        text.push_str(", ");
        text.push_str(&size(language, pixels));
    }
    text
}

/// After several files came at once.
pub fn first_of(said: &str, of: usize) -> String {
    format!("{said}, the first of {of} files")
}

pub fn cannot_be_shown(name: &str) -> String {
    format!("{name} cannot be shown. It may still be sent, if it is a picture.")
}

/// What a screen reader hears when a picture is ready; `of` names its photo when another one is
/// chosen by now.
pub fn done(language: Language, milliseconds: u32, of: Option<&String>) -> String {
    let took = seconds(language, milliseconds);
    match of {
        None => format!("Done in {took}. The picture is ready."),
        Some(name) => format!("Done in {took}. The picture of {name} is among the results."),
    }
}

/// While a request waits to be sent again.
pub fn sending_again(title: &str, seconds: u32) -> String {
    [title, ". Sending again in ", &seconds.to_string(), " s"].concat()
}

/// How much of something is here.
pub fn receiving(language: Language, what: &str, received: u32, total: u32) -> String {
    let mut text = what.to_owned();
    if received > 0 {
        text.push_str(": ");
        text.push_str(&bytes(language, received.into()));
    }
    if total > 0 {
        text.push_str(" of ");
        text.push_str(&bytes(language, total.into()));
    }
    text
}

/// After a reload.
pub fn under_way(photo: &str) -> String {
    [UNDER_WAY, photo, ". It is being fetched."].concat()
}

/// After a reload, when the key is gone from memory.
pub fn needs_key(photo: &str, host: &str) -> String {
    [UNDER_WAY, photo, ". It is at ", host, NEEDS_KEY].concat()
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

pub fn seed_and_time(language: Language, seed: i64, took: u32) -> String {
    format!("seed {seed} · {}", seconds(language, took))
}

/// On the button, and under the choice: how many requests one press makes.
pub fn make_several(count: u32) -> String {
    format!("Make {count} pictures")
}

pub fn several_cost(count: u32, paid: bool) -> String {
    match paid {
        true => format!("{count} pictures are {count} requests, each of them paid"),
        false => format!("{count} pictures, made here at no cost"),
    }
}

pub fn several_done(count: u32) -> String {
    format!("{count} pictures are ready.")
}

/// When some of several came and others did not. `title` says why.
pub fn some_failed(made: u32, title: &str) -> String {
    format!("Pictures that came: {made}. For the others: {title}.")
}

/// The request is on its way, or being worked on: a page cannot tell which.
pub fn sending(language: Language, sent: u32) -> String {
    format!("Sending {}, then waiting for the picture", bytes(language, sent.into()))
}

/// How long it has taken, and how long such ones took before.
pub fn of_about(language: Language, spent: u32, expected: u32) -> String {
    format!("{} of about {}", seconds(language, spent), seconds(language, expected))
}

/// Under the prompt.
pub fn word_count(count: usize) -> String {
    format!("Words: {count} (50 to 60 are useful)")
}

/// How large a picture is shown, in hundredths of its own pixels.
pub fn percent(of: u32) -> String {
    format!("{of} %")
}
