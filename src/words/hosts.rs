//! The hosts of the model, what is told of a key there, and of the code that talks to them.

use super::{failure, with_status};
use backdrop_contract::{Dialect, Failure, FailureKind};

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

/// What people call a host.
pub fn host(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Segmind => "Segmind",
        Dialect::BriaV2 => "Bria",
        Dialect::Fal => "fal",
    }
}

/// A good key; `credits` are those left, or empty where the host does not say how many.
pub fn key_is_good(credits: &str) -> String {
    let left = if credits.is_empty() { "" } else { ". Credits left: " };
    format!("The key is good{left}{credits}")
}

/// Why it is not known that a key is good.
pub fn key_failed(failed: &Failure) -> String {
    let words = failure(failed.kind, true);
    let mut says = with_status(words.title, failed.status);
    if let Some(said) = &failed.text {
        says.push_str(": ");
        says.push_str(said);
    }
    says.push_str(". ");
    says.push_str(match failed.kind {
        FailureKind::Key => "",
        FailureKind::Network => words.remedy,
        _ => MAY_BE_GOOD,
    });
    says
}

/// Where the code takes the key from.
pub fn key_in(variable: &str) -> String {
    format!("The key is taken from ${variable} in the environment.")
}
