//! What is the same in every language: names, and what is no text at all.

use backdrop_contract::Dialect;

pub const NAME: &str = "Backdrop";
pub const LOOKS_SIGN: &str = "◐";

/// What the studio speaks: a language's code and its own name.
pub const SPOKEN: [(&str, &str); 8] = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("pt", "Português"),
    ("ja", "日本語"),
    ("zh", "简体中文"),
    ("ar", "العربية"),
];

// The names of the slots.
pub const SLOT_HEADER: &str = "header";
pub const SLOT_EMPTY: &str = "empty";
pub const SLOT_ACTIONS: &str = "actions";

/// The file name of a photo that came without one.
pub const GIVEN_PHOTO: &str = "photo";

/// What people call a host.
pub fn host(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Segmind => "Segmind",
        Dialect::BriaV2 => "Bria",
        Dialect::Fal => "fal",
    }
}

/// What goes into the prompt for each of [`super::IDEA_NAMES`]: in English, because the model reads it best.
pub const IDEAS: [&str; 5] = [
    "In a parking lot",
    "On a marble counter by a window, soft morning light",
    "On a beach at sunset, warm light, calm sea",
    "In a white photo studio with a soft shadow",
    "On a forest floor, moss, light between the trees",
];

/// Colours that sellers ask for: each of [`super::SWATCH_NAMES`].
pub const SWATCHES: [&str; 6] = ["#ffffff", "#f2f2f0", "#17181a", "#cfe0f5", "#f6d6c8", "#cfe3d0"];

/// The sample photos' files: each of [`super::SAMPLE_NAMES`].
pub const SAMPLES: [&str; 3] = ["coffee", "cat", "astronaut"];
