//! Each failure in its own words: what happened, and what to do.

use super::Language;
use backdrop_contract::{Detail, FailureKind};

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
            "You may be offline, or the server was stopped. If you run it yourself, start it. A picture that was already being made may be billed: send again?",
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
        FailureKind::NotEndpoint => (
            "This address takes no photos",
            "It is there, but it is not an endpoint. Open the connection and check the address.",
        ),
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
        FailureKind::WordsRejected => (
            "Your words did not pass the content check",
            "Describe the background in other words and send again.",
        ),
        FailureKind::PhotoRejected => {
            ("The photo did not pass the content check", "Choose another photo or reference.")
        }
        FailureKind::ResultRejected => (
            "The finished picture did not pass the content check",
            "Other words or another seed may lead to one that does. It may have been billed.",
        ),
        FailureKind::Rejected => (
            "The request was turned down",
            "A content check said no, or no subject was found. Try other words or another photo.",
        ),
        FailureKind::RateLimited => {
            ("Too many requests", "Wait a minute, then send again. Nothing was billed.")
        }
        FailureKind::Refused => (
            "The server refused the request",
            "Its own words, if it had any, say why. Nothing was billed.",
        ),
        FailureKind::Server => (
            "The server had a fault",
            "If it stays, an unusual value in a setting is the likely cause.",
        ),
        FailureKind::Unavailable => {
            ("The service is away for a moment", "Wait a little and send again.")
        }
        FailureKind::Timeout => (
            "The provider gave no answer in time",
            "It may have been billed all the same. Look at your credits before you send again.",
        ),
        FailureKind::Offline => {
            ("You are offline", "Nothing was sent. Send again when this device is connected.")
        }
        FailureKind::Network => (
            "The server cannot be reached",
            "You may be offline, the address may be wrong, or its certificate or the network is at fault: a page is not told which. Check the address. A picture that was already being made may be billed.",
        ),
        FailureKind::Blocked => (
            "The server is there, but no answer of it could be read",
            "It does not let pages read its answers (CORS), it redirects, or the connection broke: a page is not told which. It may have been billed. Check the address, or go through a relay.",
        ),
        FailureKind::Lost => (
            "The connection was lost before the answer came",
            "The picture may be made and billed all the same. Look at your credits before you send again.",
        ),
        FailureKind::Deadline => (
            "No answer came within the time set here",
            "The picture may be made and billed all the same. Look at your credits before you send again.",
        ),
        FailureKind::Cut => (
            "The picture came only in part",
            "The connection broke off. It was probably billed: sent again, it is made and billed again.",
        ),
        FailureKind::Unreadable => (
            "The answer holds no picture",
            "It may have been billed. Look at your credits before you send again.",
        ),
        FailureKind::JobFailed => (
            "The provider began and could not finish",
            "It may have been billed. Other words, another photo or another seed may help.",
        ),
        FailureKind::JobGone => (
            "The picture is not kept there any more",
            "It was made, or given up, too long ago. It may have been billed.",
        ),
        FailureKind::Unknowable => (
            "Nobody can say what came of the request",
            "The connection was lost, and the server does not know the request any more or never did. It may have been billed. Look at your credits before you send again.",
        ),
        FailureKind::Elsewhere => (
            "The picture was made, but cannot be shown here",
            "It lies at another address that this page can neither read nor show. Open it there and save it: such addresses do not last.",
        ),
        FailureKind::Cancelled => {
            ("Stopped", "The provider may bill a request that was already on its way.")
        }
        FailureKind::FileGone => (
            "The file cannot be read any more",
            "It was moved or changed since it was chosen. Choose it again. Nothing was sent.",
        ),
        FailureKind::Device => (
            "This device cannot make the picture by itself",
            "Nothing was sent. Send again, or open the connection and choose another place.",
        ),
        _ => ("Something went wrong", "Send again."),
    };
    FailureWords { title, remedy }
}

/// A detail that the provider told.
pub fn told_detail(language: Language, told: Detail, text: &str) -> String {
    language.fill("{detail}: {text}", &[("detail", language.say(detail(told))), ("text", text)])
}

/// What a detail is called.
fn detail(detail: Detail) -> &'static str {
    match detail {
        Detail::CreditsLeft => "Credits left",
        Detail::Cost => "Cost in credits",
        Detail::GenerationTime => "Seconds at the provider",
        Detail::Seed => "Seed",
        Detail::RequestId => "Request",
        Detail::RefinedPrompt => "Your words, refined",
        Detail::Remark => "Remark",
        Detail::Network => "Network",
    }
}
