//! Sentences that tell what happened, with names and numbers in them.

use super::language::Plural;
use super::{
    FIRST_PICTURE, Language, MADE_HERE, MADE_ON_SERVER, MENDED, SMALLER, UPRIGHT, bytes, seconds,
    size,
};
use crate::photo::{Change, Photo};
use crate::session::Excess;
use backdrop_contract::Format;

pub fn chosen(language: Language, name: &str, change: &str) -> String {
    let holes = [("name", name), ("change", change)];
    let english = match change {
        "" => "Photo chosen: {name}",
        _ => "Photo chosen: {name}. {change}",
    };
    language.fill(english, &holes)
}

pub fn chosen_reference(language: Language, name: &str, change: &str) -> String {
    let holes = [("name", name), ("change", change)];
    let english = match change {
        "" => "Reference chosen: {name}",
        _ => "Reference chosen: {name}. {change}",
    };
    language.fill(english, &holes)
}

/// What was done to a file before it can be sent; empty where nothing was.
pub fn change(language: Language, change: Change, format: Option<Format>) -> String {
    let mut done = Vec::new();
    if let (Some(from), Some(now)) = (change.from, format) {
        let holes = [("before", from.label()), ("now", now.label())];
        done.push(language.fill("Converted from {before} to {now}", &holes));
    }
    for (one, words) in [
        (change.first, FIRST_PICTURE),
        (change.upright, UPRIGHT),
        (change.smaller, SMALLER),
        (change.mended, MENDED),
    ] {
        if one {
            done.push(language.say(words).to_owned());
        }
    }
    done.join(" · ")
}

/// What is too much about a picture.
pub fn excess(language: Language, excess: Excess) -> String {
    let (english, has, most) = match excess {
        Excess::Bytes { has, most } => (
            "This file has {has}; the limit here is {most}.",
            bytes(language, has),
            bytes(language, most),
        ),
        Excess::Megapixels { has, most } => (
            "This picture has {has} megapixels; the limit here is {most}.",
            has.to_string(),
            most.to_string(),
        ),
    };
    language.fill(english, &[("has", &has), ("most", &most)])
}

/// On the button that takes a smaller copy.
pub fn use_smaller(language: Language, copy: &Photo) -> String {
    let bytes = bytes(language, copy.bytes().unwrap_or_default());
    match copy.size {
        Some(pixels) => language.fill(
            "Use a smaller copy: {bytes}, {size}",
            &[("bytes", &bytes), ("size", &size(language, pixels))],
        ),
        None => language.fill("Use a smaller copy: {bytes}", &[("bytes", &bytes)]),
    }
}

/// After several files came at once.
pub fn first_of(language: Language, said: &str, of: u32) -> String {
    let english = Plural {
        one: "{said}, the first of {count} file",
        other: "{said}, the first of {count} files",
    };
    language.count(&english, of, &[("said", said)])
}

pub fn cannot_be_shown(language: Language, name: &str) -> String {
    language.fill(
        "{name} cannot be shown. It may still be sent, if it is a picture.",
        &[("name", name)],
    )
}

/// What a screen reader hears when a picture is ready; `of` names its photo when another one is
/// chosen by now.
pub fn done(language: Language, milliseconds: u32, of: Option<&String>) -> String {
    let time = seconds(language, milliseconds);
    match of {
        None => language.fill("Done in {time}. The picture is ready.", &[("time", &time)]),
        Some(name) => language.fill(
            "Done in {time}. The picture of {name} is among the results.",
            &[("time", &time), ("name", name)],
        ),
    }
}

/// While a request waits to be sent again.
pub fn sending_again(language: Language, title: &'static str, seconds: u32) -> String {
    let holes = [("title", language.say(title)), ("seconds", &language.number(seconds.into(), 0))];
    language.fill("{title}. Sending again in {seconds} s", &holes)
}

/// What happened, and what it means.
pub fn sentences(language: Language, first: &'static str, second: &'static str) -> String {
    let holes = [("first", language.say(first)), ("second", language.say(second))];
    language.fill("{first}. {second}", &holes)
}

/// How much of something is here.
pub fn receiving(language: Language, what: &'static str, received: u32, total: u32) -> String {
    let what = language.say(what);
    let english = match (received, total) {
        (0, 0) => return what.to_owned(),
        (_, 0) => "{what}: {received}",
        _ => "{what}: {received} of {total}",
    };
    let (received, total) = (bytes(language, received.into()), bytes(language, total.into()));
    language.fill(english, &[("what", what), ("received", &received), ("total", &total)])
}

/// After a reload.
pub fn under_way(language: Language, photo: &str) -> String {
    language.fill(
        "A picture was under way when this page was left: {photo}. It is being fetched.",
        &[("photo", photo)],
    )
}

/// After a reload, when the key is gone from memory.
pub fn needs_key(language: Language, photo: &str, host: &str) -> String {
    language.fill(
        "A picture was under way when this page was left: {photo}. It is at {host}, and the key is not kept: open the connection and enter it, and the picture is fetched.",
        &[("photo", photo), ("host", host)],
    )
}

/// Where a photo goes when it goes to another host.
pub fn goes_to(language: Language, host: &str, own_key: bool) -> String {
    let english = match own_key {
        true => "The photo goes to {host}, with your key",
        false => "The photo goes to {host}",
    };
    language.fill(english, &[("host", host)])
}

/// Where a photo goes when the site passes it on; `address` is the provider's.
pub fn goes_through_site(language: Language, address: &str) -> String {
    let host = address.rsplit('/').next().unwrap_or_default();
    language.fill("The photo goes through this site to {host}", &[("host", host)])
}

/// Says plainly that a picture is the engine's own work, and what its words did.
pub fn made_by_engine(language: Language, here: bool, look: Option<&String>) -> String {
    let place = language.say(if here { MADE_HERE } else { MADE_ON_SERVER });
    match look {
        Some(look) => language.fill(
            "{place}: your words chose the painted look “{look}”. Scenes from words need the provider.",
            &[("place", place), ("look", look)],
        ),
        None => language.fill("{place}, without the provider.", &[("place", place)]),
    }
}

pub fn with_status(language: Language, title: &'static str, status: Option<u16>) -> String {
    let title = language.say(title);
    match status {
        Some(status) => language.fill(
            "{title} (status {status})",
            &[("title", title), ("status", &status.to_string())],
        ),
        None => title.to_owned(),
    }
}

pub fn your_photo(language: Language, name: &str) -> String {
    language.fill("Your photo, {name}", &[("name", name)])
}

pub fn on_new_background(language: Language, name: &str) -> String {
    language.fill("{name} on its new background", &[("name", name)])
}

/// On the button that takes a reference away.
pub fn remove(language: Language, name: &str) -> String {
    language.fill("Remove {name}", &[("name", name)])
}

pub fn seed_and_time(language: Language, seed: i64, took: u32) -> String {
    let holes = [("seed", &*seed.to_string()), ("time", &seconds(language, took))];
    language.fill("seed {seed} · {time}", &holes)
}

/// Where the slider stands.
pub fn percent_before(language: Language, percent: u32) -> String {
    language.fill("{percent} % before", &[("percent", &language.number(percent.into(), 0))])
}

/// On the button: how many pictures one press makes.
pub fn make_several(language: Language, count: u32) -> String {
    let english = Plural { one: "Make {count} picture", other: "Make {count} pictures" };
    language.count(&english, count, &[])
}

/// Under the choice of how many.
pub fn several_cost(language: Language, count: u32, paid: bool) -> String {
    let english = match paid {
        true => Plural {
            one: "{count} picture is {count} request, which is paid",
            other: "{count} pictures are {count} requests, each of them paid",
        },
        false => Plural {
            one: "{count} picture, made here at no cost",
            other: "{count} pictures, made here at no cost",
        },
    };
    language.count(&english, count, &[])
}

pub fn several_done(language: Language, count: u32) -> String {
    let english = Plural { one: "{count} picture is ready.", other: "{count} pictures are ready." };
    language.count(&english, count, &[])
}

/// When some of several came and others did not. `title` says why.
pub fn some_failed(language: Language, made: u32, title: &'static str) -> String {
    let holes = [("made", &*language.number(made.into(), 0)), ("title", language.say(title))];
    language.fill("Pictures that came: {made}. For the others: {title}.", &holes)
}

/// The request is on its way, or being worked on: a page cannot tell which.
pub fn sending(language: Language, sent: u32) -> String {
    let sent = bytes(language, sent.into());
    language.fill("Sending {bytes}, then waiting for the picture", &[("bytes", &sent)])
}

/// How long it has taken, and how long such ones took before.
pub fn of_about(language: Language, spent: u32, expected: u32) -> String {
    let holes = [("spent", &*seconds(language, spent)), ("expected", &seconds(language, expected))];
    language.fill("{spent} of about {expected}", &holes)
}

/// Under the prompt.
pub fn word_count(language: Language, count: u32) -> String {
    let count = language.number(count.into(), 0);
    language.fill("Words: {number} (50 to 60 are useful)", &[("number", &count)])
}

/// How large a picture is shown, in hundredths of its own pixels.
pub fn percent(language: Language, of: u32) -> String {
    language.fill("{percent} %", &[("percent", &language.number(of.into(), 0))])
}
