//! What is said of the form as a whole: undo, keys.

use super::Language;

pub const FORM: &str = "The form as a whole";
pub const RESET: &str = "Clear the form";
pub const RESET_DONE: &str = "The form is empty. Undo brings it back.";
pub const SEVERAL_SETTINGS: &str = "several settings";

pub const DRAFT_BACK: &str = "Your draft is back.";
pub const AFRESH: &str = "Start afresh";

/// After a step back; `what` was changed.
pub fn undone(language: Language, what: &'static str) -> String {
    language.fill("Undone: {what}", &[("what", language.say(what))])
}

/// After a step forward again.
pub fn redone(language: Language, what: &'static str) -> String {
    language.fill("Redone: {what}", &[("what", language.say(what))])
}

// The list of keys. What a key is called is its own text, as on keyboards of that language.
pub const KEYS: &str = "Keys";
pub const CTRL: &str = "Ctrl";
pub const ESCAPE: &str = "Esc";
pub const KEYS_ANYWHERE: &str = "Everywhere";
pub const KEYS_PICTURE: &str = "On the picture and its buttons";
pub const KEYS_FIELDS: &str = "In the fields";
pub const KEY_SEND: &str = "Make the picture";
pub const KEY_UNDO: &str = "Undo in the form; while you type, in the text";
pub const KEY_LIST: &str = "This list";
pub const KEY_CLOSE: &str = "Close a dialog";
pub const KEY_PASTE: &str = "Take the picture or address on the clipboard as the photo";
pub const KEY_SPLIT: &str = "Move the line between before and after";
pub const KEY_MOVE: &str = "Move the enlarged picture";
pub const KEY_CHOICE: &str = "Go from one choice to the next";
pub const KEY_ADDRESS: &str = "Take the address";
