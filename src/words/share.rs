//! What is said of settings that travel: links and presets.

use super::language::Plural;
use super::{Language, no_address};
use crate::photo::AddressError;
use backdrop_contract::{Refused, Rule};

// A link.
pub const SHARE: &str = "Share";
pub const SHARE_TITLE: &str = "Share the settings";
pub const SHARE_WHAT: &str = "Whoever opens this link has these settings in their form. The photo and the key are never in it.";
pub const SHARE_LINK: &str = "Link with the settings";
pub const COPY_LINK: &str = "Copy link";
pub const LINK_COPIED: &str = "The link is on the clipboard.";
pub const LINK_NOT_COPIED: &str =
    "The browser did not allow it: the link is marked, copy it by keyboard.";
pub const LINK_LONG: &str =
    "The description is too long for a link. Keep the settings as a preset and export that.";
pub const LINK_TAKEN: &str = "The settings of the link are in the form. Nothing is sent yet.";
pub const LINK_TAKEN_WITH_REFERENCES: &str = "The settings of the link are in the form, with its references: pictures at addresses that whoever made the link chose. Nothing is sent yet.";
pub const LINK_EMPTY: &str =
    "The link had no settings that can be used; the usual ones are in the form.";
pub const LINK_TOO_LONG: &str =
    "The link is too long to be one of Backdrop’s: nothing of it was taken.";
pub const DISMISS_NOTE: &str = "Close this note";

// Presets.
pub const PRESETS: &str = "Presets";
pub const PRESETS_WHAT: &str = "Settings under a name, kept in this browser. Pictures are not in them, but for references that are addresses.";
pub const PRESET_NAME: &str = "Name";
pub const PRESET_KEEP: &str = "Keep the settings";
pub const PRESET_NONE: &str = "None yet.";
pub const PRESET_NO_NAME: &str = "Give it a name first.";
pub const PRESET_NOT_KEPT: &str =
    "This browser lets pages keep nothing, or nothing more: it is not kept.";
pub const PRESET_ENOUGH: &str = "There are as many as can be kept: delete one first.";
pub const PRESET_EXPORT: &str = "Export";
pub const PRESET_IMPORT: &str = "Import";
pub const PRESET_NO_FILE: &str = "This file has no presets.";
pub const PRESET_TAKEN_NAME: &str = "Another preset has this name.";
pub const PRESET_RENAME: &str = "Rename";
pub const PRESET_DELETE: &str = "Delete";
pub const PRESET_SAVE_NAME: &str = "Save the name";

/// One of what was not taken; `name` is as it stood there.
pub fn not_taken_setting(language: Language, name: &str, why: Refused) -> String {
    let (least, most);
    let why = match why {
        Refused::Unknown => language.say("there is no such setting").to_owned(),
        Refused::Photo => {
            language.say("a photo is never taken from a link or a file of settings").to_owned()
        }
        Refused::TooLong => language.say("it is too long").to_owned(),
        Refused::Twice => language.say("it is there twice").to_owned(),
        Refused::Rule(Rule::Bounds { least: from, most: to }) => {
            (least, most) = (from.to_string(), to.to_string());
            language.fill(
                "it has to be a whole number from {least} to {most}",
                &[("least", &least), ("most", &most)],
            )
        }
        Refused::Rule(Rule::Count { .. }) => language.say("there are more than fit").to_owned(),
        _ => language.say("it is not of the right kind").to_owned(),
    };
    language.fill("Not taken: {name}, as {why}.", &[("name", name), ("why", &why)])
}

pub fn not_taken_address(language: Language, name: &str, why: AddressError) -> String {
    let holes = [("name", name), ("why", language.say(no_address(why)))];
    language.fill("Not taken: {name}. {why}", &holes)
}

/// References that are addresses go along.
pub fn link_addresses(language: Language, count: u32) -> String {
    let english = Plural {
        one: "The address of {count} reference is in it: whoever opens the link sees that picture.",
        other: "The addresses of {count} references are in it: whoever opens the link sees those pictures.",
    };
    language.count(&english, count, &[])
}

/// References that are files do not.
pub fn link_files(language: Language, count: u32) -> String {
    let english = Plural {
        one: "{count} reference is a file and stays here.",
        other: "{count} references are files and stay here.",
    };
    language.count(&english, count, &[])
}

pub fn preset_taken(language: Language, name: &str) -> String {
    language.fill("The settings of “{name}” are in the form.", &[("name", name)])
}

pub fn preset_kept(language: Language, name: &str) -> String {
    language.fill("“{name}” is kept.", &[("name", name)])
}

pub fn preset_deleted(language: Language, name: &str) -> String {
    language.fill("“{name}” is deleted.", &[("name", name)])
}

pub fn preset_rename(language: Language, name: &str) -> String {
    language.fill("Rename “{name}”", &[("name", name)])
}

pub fn preset_delete(language: Language, name: &str) -> String {
    language.fill("Delete “{name}”", &[("name", name)])
}

pub fn presets_imported(language: Language, count: u32) -> String {
    let english =
        Plural { one: "{count} preset is imported.", other: "{count} presets are imported." };
    language.count(&english, count, &[])
}

/// Something of a file's preset that was not taken; `line` says what.
pub fn of_preset(language: Language, name: &str, line: &str) -> String {
    language.fill("“{name}”: {line}", &[("name", name), ("line", line)])
}
