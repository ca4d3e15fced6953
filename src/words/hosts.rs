//! What is told of a key at a host, and of the code that talks to it.

use super::{Language, failure, with_status};
use backdrop_contract::{Failure, FailureKind};

pub const FEWER_SETTINGS: &str =
    "This host takes fewer settings: those that it has not are not shown, and not sent.";
pub const CHECK_KEY: &str = "Check the key";
pub const CODE: &str = "Code";
pub const CODE_TITLE: &str = "The request as code";
pub const LANGUAGES: &str = "Languages";
pub const COPY: &str = "Copy";
pub const COPIED: &str = "Copied";
pub const NOT_COPIED: &str = "The browser did not allow it: mark the code and copy it by keyboard";
pub const CHECKING: &str = "Asking …";
pub const NO_FREE_CHECK: &str = "This host has no free check: the first picture will tell.";
const MAY_BE_GOOD: &str = "The key may be good all the same.";
pub const CODE_WITHOUT_KEY: &str = "This site’s own endpoint: no key is needed.";

/// A good key; `credits` are those left, or empty where the host does not say how many.
pub fn key_is_good(language: Language, credits: &str) -> String {
    match credits {
        "" => language.say("The key is good").to_owned(),
        _ => language.fill("The key is good. Credits left: {credits}", &[("credits", credits)]),
    }
}

/// Why it is not known that a key is good.
pub fn key_failed(language: Language, failed: &Failure) -> String {
    let words = failure(failed.kind, true);
    let title = with_status(language, words.title, failed.status);
    let mut says = match &failed.text {
        Some(said) => language.fill("{title}: {said}.", &[("title", &title), ("said", said)]),
        None => language.fill("{title}.", &[("title", &title)]),
    };
    let more = match failed.kind {
        FailureKind::Key => return says,
        FailureKind::Network => words.remedy,
        _ => MAY_BE_GOOD,
    };
    says.push(' ');
    says.push_str(language.say(more));
    says
}

/// Where the code takes the key from.
pub fn key_in(language: Language, variable: &str) -> String {
    let variable = ["$", variable].concat();
    language
        .fill("The key is taken from {variable} in the environment.", &[("variable", &variable)])
}
