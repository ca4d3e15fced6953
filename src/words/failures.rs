//! Each failure in its own words: what happened, and what to do.

use backdrop_contract::FailureKind;

/// What happened, and what to do.
pub struct FailureWords {
    pub title: &'static str,
    pub remedy: &'static str,
}

/// The words for a failure; `own_key` when the person sends a key of their own. The server's own
/// text is shown beside them, never instead.
pub fn failure(kind: FailureKind, own_key: bool) -> FailureWords {
    let (title, remedy) = match kind {
        FailureKind::Key if !own_key => (
            "This site’s key is missing or not valid",
            "Tell the site’s owner, or open the connection and use a key of your own.",
        ),
        FailureKind::Network if !own_key => (
            "This site’s server does not answer",
            "You may be offline, or the server was stopped. If you run it yourself, start it and send again.",
        ),
        FailureKind::BadRequest => (
            "The endpoint refused a setting",
            "Its own words say which one. Change it and send again.",
        ),
        FailureKind::Key => (
            "The key is missing or not valid",
            "Open the connection, check the key for a missing character, and send again.",
        ),
        FailureKind::Credits => (
            "No credits are left",
            "Top up the account this key belongs to, then send again. Nothing was billed.",
        ),
        FailureKind::Forbidden => (
            "This is not allowed",
            "The key lacks the permission, or this site may not use the relay.",
        ),
        FailureKind::NotFound => {
            ("There is no such endpoint", "Open the connection and check the address.")
        }
        FailureKind::Retired => {
            ("The model was retired", "Open the connection and choose another address.")
        }
        FailureKind::TooLarge => {
            ("The photo is too large", "Send a smaller copy: 12 MB is the usual limit.")
        }
        FailureKind::Unsupported => (
            "The photo’s format is not supported",
            "Save it as JPEG, PNG or WEBP in RGB and choose it again.",
        ),
        FailureKind::Rejected => (
            "The request was turned down",
            "A content check said no, or no subject was found. Try other words or another photo.",
        ),
        FailureKind::RateLimited => {
            ("Too many requests", "Wait a minute, then send again. Nothing was billed.")
        }
        FailureKind::Server => (
            "The server had a fault",
            "Send again. If it stays, an unusual value in a setting is the likely cause.",
        ),
        FailureKind::Unavailable => {
            ("The service is away for a moment", "Wait a little and send again.")
        }
        FailureKind::Timeout => (
            "No answer came in time",
            "It may have been billed all the same. Look at your credits before you send again.",
        ),
        FailureKind::Network => (
            "No answer could be read",
            "You may be offline, the address may be wrong, or the server does not let pages read its answers. Check the address, or go through a relay.",
        ),
        FailureKind::Unreadable => (
            "The answer holds no picture",
            "It may have been billed. Look at your credits before you send again.",
        ),
        FailureKind::Cancelled => {
            ("Stopped", "The provider may bill a request that was already on its way.")
        }
        FailureKind::FileGone => (
            "The file cannot be read any more",
            "It was moved or changed since it was chosen. Choose it again. Nothing was sent.",
        ),
        _ => ("Something went wrong", "Send again."),
    };
    FailureWords { title, remedy }
}
