//! What is the same in every language: names, and what is no text at all.

use super::ui::{IDEA_NAMES, SAMPLE_NAMES, SWATCH_NAMES};
use backdrop_contract::Dialect;

pub const NAME: &str = "Backdrop";
pub const LOOKS_SIGN: &str = "◐";
pub const ZIP_NAME: &str = "backdrop-pictures.zip";
pub const ACTUAL: &str = "1:1";

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

/// The file names of what is exported.
pub const EXPORT_NAME: &str = "backdrop-history.zip";

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

/// Ready-made descriptions: what is under its picture, and what goes into the prompt, in English
/// because the model reads it best.
pub const PROMPTS: [(&str, &str); 7] = [
    (IDEA_NAMES[0], "In a parking lot"),
    (IDEA_NAMES[1], "On a marble counter by a window, soft morning light"),
    (IDEA_NAMES[2], "On an old wooden table, warm light from the side, a blurred kitchen behind"),
    (IDEA_NAMES[3], "In a white photo studio with a soft shadow"),
    (IDEA_NAMES[4], "On a beach at sunset, warm light, calm sea"),
    (IDEA_NAMES[5], "On a forest floor, moss, light between the trees"),
    (IDEA_NAMES[6], "Before a plain wall, sunlight falling through a window"),
];

/// Colours that sellers ask for.
pub const SWATCHES: [(&str, &str); 6] = [
    ("#ffffff", SWATCH_NAMES[0]),
    ("#f2f2f0", SWATCH_NAMES[1]),
    ("#17181a", SWATCH_NAMES[2]),
    ("#cfe0f5", SWATCH_NAMES[3]),
    ("#f6d6c8", SWATCH_NAMES[4]),
    ("#cfe3d0", SWATCH_NAMES[5]),
];

/// The sample photos: file name, and what it shows.
pub const SAMPLES: [(&str, &str); 3] =
    [("coffee", SAMPLE_NAMES[0]), ("cat", SAMPLE_NAMES[1]), ("astronaut", SAMPLE_NAMES[2])];
