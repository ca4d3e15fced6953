//! Settings under a name that a person gave them.

use super::kept::{all, forget, keep};
use js_sys::Array;
use wasm_bindgen::JsValue;

/// What is kept has this and the preset's own name for its name.
const START: &str = "backdrop:preset:";

/// As many as can be looked through.
pub const MOST_PRESETS: usize = 100;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 60;

/// Settings and their name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    pub name: String,
    /// As a link has them.
    pub settings: String,
}

impl Preset {
    /// All of them, by name.
    pub fn all() -> Vec<Self> {
        let read = |entry: JsValue| {
            let entry = Array::from(&entry);
            let name = entry.get(0).as_string()?;
            let settings = Array::from(&entry.get(1)).get(0).as_string()?;
            Some(Self { name: name.strip_prefix(START)?.to_owned(), settings })
        };
        let mut all: Vec<_> = all(START).iter().filter_map(read).collect();
        all.sort_by_cached_key(|one| (one.name.to_ascii_lowercase(), one.name.clone()));
        all
    }

    /// The one of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|one| one.name == name)
    }

    /// Keeps it in place of the one with its name; whether the browser lets it.
    pub fn keep(&self) -> bool {
        keep(&[START, &self.name].concat(), &Array::of1(&(&self.settings).into()));
        Self::find(&self.name).as_ref() == Some(self)
    }

    pub fn forget(&self) {
        forget(&[START, &self.name].concat());
    }

    /// A name as it is kept; none where there is nothing to read.
    pub fn name_of(typed: &str) -> Option<String> {
        let name: String = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        let name: String = name.chars().take(LONGEST_NAME).collect();
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn presets_are_kept_by_name() {
        let preset =
            |name: &str, settings: &str| Preset { name: name.into(), settings: settings.into() };
        let (shelf, night) = (preset("shelf", "seed=7"), preset("Night", "fast=true"));
        assert!(shelf.keep() && night.keep());
        assert_eq!(Preset::all(), [night.clone(), shelf]);
        let other = preset("shelf", "seed=8");
        assert!(other.keep());
        assert_eq!(Preset::find("shelf"), Some(other.clone()));
        let storage = web_sys::window().unwrap().local_storage().unwrap().unwrap();
        for garbage in ["garbage", "[1]", "null", "{}"] {
            storage.set_item("backdrop:preset:x", garbage).unwrap();
            assert_eq!(Preset::all(), [night.clone(), other.clone()], "{garbage}");
        }
        storage.remove_item("backdrop:preset:x").unwrap();
        other.forget();
        night.forget();
        assert_eq!(Preset::all(), []);
        assert_eq!(Preset::name_of("  on \n a\tshelf "), Some("on a shelf".into()));
        assert_eq!(Preset::name_of(" \n"), None);
        assert_eq!(Preset::name_of(&"x".repeat(90)).unwrap().len(), LONGEST_NAME);
    }
}
