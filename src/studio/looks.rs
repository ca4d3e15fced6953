//! How a studio looks, as its host says: light or dark, in full or small.

use leptos::prelude::*;

/// Light, dark, or as the page around has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// The value of the attribute; another word is [`Theme::Auto`].
    pub fn of(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn next(self) -> Self {
        match self {
            Self::Auto => Self::Dark,
            Self::Dark => Self::Light,
            Self::Light => Self::Auto,
        }
    }
}

/// How a studio looks now. Copies are handles to the same looks.
#[derive(Clone, Copy)]
pub struct Looks {
    pub seen: RwSignal<Seen>,
    /// The page around shows a button only, which opens the studio.
    pub button: RwSignal<bool>,
}

/// What can change without building the studio anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub theme: Theme,
    /// The stage and the background; the other settings when they are asked for.
    pub compact: bool,
    /// A visitor may choose the language.
    pub languages: bool,
    /// The folder with the sample photos, ending in a slash; without it none are offered.
    pub samples: Option<String>,
}

impl Looks {
    pub fn new() -> Self {
        Self { seen: RwSignal::new(Seen::default()), button: RwSignal::new(false) }
    }

    /// How much is seen: `compact`, `button`, and by any other word everything.
    pub fn set_variant(self, name: &str) {
        self.seen.update(|seen| seen.compact = name == "compact");
        let button = name == "button";
        if self.button.get_untracked() != button {
            self.button.set(button);
        }
    }

    pub fn is_compact(self) -> bool {
        self.seen.with(|seen| seen.compact)
    }
}
