//! What is said of a queue of photos.

use super::language::Plural;
use super::{Language, seconds};

pub const QUEUE: &str = "Queue";
pub const TO_QUEUE: &str = "Back to the queue";
pub const PAUSE: &str = "Pause";
pub const PAUSED: &str = "Paused. What is under way comes to its end.";
pub const QUEUE_MADE: &str = "Nothing is left to be made";
pub const ADD_PHOTOS: &str = "Add photos";
pub const TURN_COMES: &str = "Waits for its turn";
pub const SENDING_ONE: &str = "Sending, then waiting for the picture";
pub const AWAITED: &str = "Waiting for the picture";
pub const AT_SERVER: &str = "At the server";
pub const DOWNLOAD_ALL: &str = "Download all";
pub const CLEAR_QUEUE: &str = "Clear the queue";
pub const OWN_PROMPT: &str = "Own prompt";
pub const QUEUE_FULL: &str = "There is no space left in this browser. The queue goes on, but a reload would lose what is not made yet.";
pub const QUEUE_NOT_KEPT: &str = "This browser does not keep the queue. It goes on, but a reload would lose what is not made yet.";
pub const ZIPPING: &str = "Putting all pictures into one file";
pub const ZIPPED: &str = "The file with all pictures is being saved";
pub const NO_ZIP: &str = "The file could not be made. The pictures are still here.";
pub const HAND_OVER: &str = "Hand over to the server";
pub const HAND_OVER_HELP: &str =
    "The server goes on when this page is closed, and the pictures are collected here later.";
pub const HANDING_OVER: &str = "Handing over to the server";
pub const HANDED_OVER: &str = "The server has all photos. This page may be closed: the pictures are collected when it is open again.";
pub const BESIDE: &str =
    "Another tab of this browser collects the pictures. Where it is closed, this one does.";
pub const PUT_AWAY: &str = "Put away here";
pub const NOT_HANDED_OVER: &str = "The server did not take the queue. Nothing was sent.";

/// After photos were put into the queue; empty where none was left out.
pub fn left_out(language: Language, twice: u32, beyond: u32) -> String {
    let twice_says = Plural {
        one: "{count} photo is in the queue already.",
        other: "{count} photos are in the queue already.",
    };
    let beyond_says = Plural {
        one: "A queue takes 200 photos: {count} was left out.",
        other: "A queue takes 200 photos: {count} were left out.",
    };
    let all = [(twice_says, twice), (beyond_says, beyond)];
    let says = all.into_iter().filter(|(_, count)| *count > 0);
    says.map(|(says, count)| language.count(&says, count, &[])).collect::<Vec<_>>().join(" ")
}

pub fn in_queue(language: Language, count: u32) -> String {
    let says = Plural {
        one: "{count} photo was put into the queue.",
        other: "{count} photos were put into the queue.",
    };
    language.count(&says, count, &[])
}

pub fn queue_is_back(language: Language, count: u32) -> String {
    let says = Plural {
        one: "The queue that was left here is back, with {count} photo.",
        other: "The queue that was left here is back, with {count} photos.",
    };
    language.count(&says, count, &[])
}

pub fn making_queue(language: Language, count: u32) -> String {
    let says =
        Plural { one: "{count} picture is being made.", other: "{count} pictures are being made." };
    language.count(&says, count, &[])
}

/// On the button, after a pause.
pub fn go_on(language: Language, count: u32) -> String {
    let says = Plural { one: "Go on: {count} picture", other: "Go on: {count} pictures" };
    language.count(&says, count, &[])
}

/// How far it is.
pub fn of_all(language: Language, done: u32, all: u32) -> String {
    let number = |count: u32| language.number(count.into(), 0);
    language.fill("{done} of {all} made", &[("done", &number(done)), ("all", &number(all))])
}

/// When nothing is left of it.
pub fn queue_done(language: Language, done: u32, lost: u32) -> String {
    match lost {
        0 => super::several_done(language, done),
        _ => language.fill(
            "The queue is through. Pictures: {done}. Without one: {lost}.",
            &[
                ("done", &language.number(done.into(), 0)),
                ("lost", &language.number(lost.into(), 0)),
            ],
        ),
    }
}

/// Why it stopped by itself. `title` says it.
pub fn queue_stopped(language: Language, title: &'static str) -> String {
    language.fill(
        "The queue has stopped: {title}. What waits is not lost, and nothing more is sent until you go on.",
        &[("title", language.say(title))],
    )
}

/// After a reload.
pub fn queue_needs_key(language: Language, host: &str) -> String {
    language.fill(
        "The queue waits for its key, which is not kept: open the connection and enter the key for {host}.",
        &[("host", host)],
    )
}

/// Photos go somewhere else by now.
pub fn queue_was_for(language: Language, host: &str) -> String {
    language.fill(
        "This queue was for {host}. Photos go somewhere else now: press the button to send the rest there.",
        &[("host", host)],
    )
}

pub fn time_left(language: Language, milliseconds: u64) -> String {
    let time = match u32::try_from(milliseconds).unwrap_or(u32::MAX) {
        short @ ..90_000 => seconds(language, short),
        long => {
            let minutes = language.number((long.div_ceil(60_000)).into(), 0);
            language.fill("{number} min", &[("number", &minutes)])
        }
    };
    language.fill("about {time}", &[("time", &time)])
}

/// What those that wait will cost.
pub fn queue_cost(language: Language, count: u32, credits: f64) -> String {
    let credits = language.number(credits, 2);
    let says = Plural {
        one: "{count} picture costs about {credits} credits",
        other: "{count} pictures cost about {credits} credits",
    };
    language.count(&says, count, &[("credits", &credits)])
}

pub fn retry_failed(language: Language, count: u32) -> String {
    let says =
        Plural { one: "Send {count} failed one again", other: "Send {count} failed ones again" };
    language.count(&says, count, &[])
}

pub fn smaller_for_all(language: Language, count: u32) -> String {
    let says = Plural {
        one: "Use a smaller copy of {count} photo",
        other: "Use smaller copies of {count} photos",
    };
    language.count(&says, count, &[])
}

pub fn some_not_handed_over(language: Language, count: u32) -> String {
    let says = Plural {
        one: "The server did not take {count} photo: it waits here.",
        other: "The server did not take {count} photos: they wait here.",
    };
    language.count(&says, count, &[])
}

/// In the panel, in the photo's place.
pub fn photos_in_queue(language: Language, count: u32) -> String {
    let says = Plural { one: "{count} photo in the queue", other: "{count} photos in the queue" };
    language.count(&says, count, &[])
}

pub fn done_in(language: Language, milliseconds: u32) -> String {
    language.fill("Done in {time}", &[("time", &seconds(language, milliseconds))])
}

pub fn prompt_for(language: Language, name: &str) -> String {
    language.fill("Prompt for {name}", &[("name", name)])
}

/// On the button that shows a picture on the stage.
pub fn look_at(language: Language, name: &str) -> String {
    language.fill("Look at the picture of {name}", &[("name", name)])
}
