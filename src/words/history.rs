//! The history, and what is said of what is kept.

use super::language::Plural;
use super::{Language, bytes};
use crate::keep::Shut;

pub const HISTORY: &str = "History";
pub const SEARCH_HISTORY: &str = "Search by photo, words, seed or address";
pub const FAVOURITES_ONLY: &str = "Only favourites";
pub const FAVOURITE: &str = "Favourite";
pub const SHOW_ON_STAGE: &str = "Show on the stage";
pub const USE_SETTINGS: &str = "Use these settings";
pub const SETTINGS_TAKEN: &str = "The settings are as they were for this picture, its seed too.";
pub const DELETE: &str = "Delete";
pub const UNDO_DELETE: &str = "Bring back";
pub const RESTORED: &str = "It is back.";
pub const SHOW_MORE: &str = "Show more";
pub const DELETE_ALL: &str = "Delete all …";
pub const KEEP_THEM: &str = "Keep them";
pub const EXPORT: &str = "Export as a zip";
pub const IMPORT: &str = "Import a zip";
pub const KEEP_AT_MOST: &str = "Keep at most";
pub const KEEP_AT_MOST_HELP: &str = "When more is there, the oldest go. Favourites stay.";
pub const HISTORY_EMPTY: &str = "Nothing is kept yet. Each picture that is made stays here, in this browser only, until you delete it.";
pub const NOTHING_FOUND: &str = "Nothing kept fits this search.";
pub const NO_STORAGE: &str = "This browser keeps nothing for this page, as in a private window: pictures are gone when it is closed. Everything else works.";
pub const DISK_FULL: &str = "There is no more room for pictures on this device: the new ones are not kept when the page is closed. Everything else works.";
pub const NOT_IMPORTED: &str = "This is no zip that was exported here.";
pub const GONE_ALREADY: &str = "This picture is not kept any more.";
pub const EXPORTING: &str = "Packing …";

/// Why pictures are not kept.
pub fn not_kept(shut: Shut) -> &'static str {
    match shut {
        Shut::Full => DISK_FULL,
        Shut::Closed => NO_STORAGE,
    }
}

/// What all that is kept takes.
pub fn kept(language: Language, count: u32, taken: u64) -> String {
    let english = Plural { one: "{count} picture, {size}", other: "{count} pictures, {size}" };
    language.count(&english, count, &[("size", &bytes(language, taken))])
}

pub fn deleted(language: Language, count: u32) -> String {
    let english = Plural { one: "{count} picture deleted.", other: "{count} pictures deleted." };
    language.count(&english, count, &[])
}

pub fn ask_delete_all(language: Language, count: u32) -> String {
    let english = Plural {
        one: "Delete {count} kept picture? Favourites go, too.",
        other: "Delete all {count} kept pictures? Favourites go, too.",
    };
    language.count(&english, count, &[])
}

pub fn imported(language: Language, count: u32) -> String {
    let english = Plural { one: "{count} picture added.", other: "{count} pictures added." };
    language.count(&english, count, &[])
}

pub fn made_at(language: Language, host: &str) -> String {
    language.fill("Made at {host}", &[("host", host)])
}
