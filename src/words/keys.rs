//! What is told of a key that is kept on this device.

use super::Language;

pub const REMEMBER_KEY: &str = "Remember on this device";
pub const REMEMBER_RISK: &str = "The key is then stored unencrypted in this browser. Whoever uses this browser account, and every extension that may read pages, can take it and spend your credits. Leave this off on a computer that others use.";
pub const KEY_HELP_KEPT: &str =
    "Kept in this browser until you forget it, sent to the address below and nowhere else.";
pub const KEY_NOT_KEPT: &str =
    "This browser does not let pages keep anything: the key is in use, and gone on reload.";
pub const KEY_FORGOTTEN_ELSEWHERE: &str =
    "The key was forgotten in another tab: it is gone here too.";

/// Which key is kept; `key` is the end of it.
pub fn kept_key(language: Language, key: &str, host: &str) -> String {
    let holes = [("key", key), ("host", host)];
    language.fill("Remembered on this device for {host}: {key}", &holes)
}

/// Why a key that is kept is not sent to another address.
pub fn key_is_for(language: Language, host: &str) -> String {
    language.fill(
        "The remembered key was given for {host} and goes nowhere else. To use another address, type the key that belongs to it.",
        &[("host", host)],
    )
}
