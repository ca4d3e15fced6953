//! Why something that a person gave is not taken, and what to do.

use super::Language;
use crate::endpoint::ConnectionError;
use crate::photo::{AddressError, IntakeError};

/// A file.
pub fn not_taken(language: Language, error: &IntakeError) -> String {
    let fill = |english, holes: &[(&str, &str)]| language.fill(english, holes);
    match error {
        IntakeError::Empty(name) => {
            fill("{name} is empty. Choose another file.", &[("name", name)])
        }
        IntakeError::NoPicture(name) => {
            fill("{name} is not a picture. Choose a JPEG, PNG or WEBP file.", &[("name", name)])
        }
        IntakeError::Refused { name, found } => fill(
            "{name} is {format}, which cannot be sent. Save it as JPEG, PNG or WEBP.",
            &[("name", name), ("format", found)],
        ),
        IntakeError::NotAccepted { name, found, accept } => fill(
            "{name} is {format}, which is not taken here. Choose one of: {accepted}.",
            &[("name", name), ("format", found), ("accepted", accept)],
        ),
        IntakeError::Undecodable { name, found } => fill(
            "{name} is {format}, which this browser cannot read, or it is damaged. Save it as JPEG, PNG or WEBP.",
            &[("name", name), ("format", found)],
        ),
        IntakeError::Damaged { name, found } => fill(
            "{name} is a damaged {format} file, or cut short. Choose another copy of it.",
            &[("name", name), ("format", found)],
        ),
        IntakeError::Vast { name, megapixels } => fill(
            "{name} has {megapixels} megapixels, too many for a browser. Choose a smaller copy.",
            &[("name", name), ("megapixels", &megapixels.to_string())],
        ),
        IntakeError::Unreadable => {
            language.say("The file cannot be read any more. Choose it again.").to_owned()
        }
        IntakeError::NotLoaded(name) => {
            fill("{name} could not be loaded. Try again.", &[("name", name)])
        }
    }
}

/// The address of a picture.
pub fn no_address(error: AddressError) -> &'static str {
    match error {
        AddressError::NotWeb => NOT_WEB,
        AddressError::Credentials => {
            "An address with a name and password in it would give them away"
        }
    }
}

const NOT_WEB: &str = "That is not a web address. It should start with https://";

/// A connection.
pub fn no_connection(error: ConnectionError) -> &'static str {
    match error {
        ConnectionError::NoKey => "Enter a key: it is on your account’s page at the provider",
        ConnectionError::KeyCharacters => {
            "A key has only plain letters, digits and signs: check it for stray characters"
        }
        ConnectionError::Address => NOT_WEB,
        ConnectionError::NotSecret => "A key must not travel unprotected: use an https:// address",
    }
}
