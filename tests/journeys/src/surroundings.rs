//! What a person has asked of their system, as a page can see it.

use serde_json::{Value, json};

/// All off is what a fresh browser has: light, motion, normal contrast.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings {
    pub dark: bool,
    pub forced_colors: bool,
    pub reduced_motion: bool,
    pub more_contrast: bool,
}

impl Surroundings {
    pub(crate) fn parameters(self) -> Value {
        let feature = |name: &str, on: bool, yes: &str, no: &str| json!({ "name": name, "value": if on { yes } else { no } });
        json!({ "features": [
            feature("prefers-color-scheme", self.dark, "dark", "light"),
            feature("forced-colors", self.forced_colors, "active", "none"),
            feature("prefers-reduced-motion", self.reduced_motion, "reduce", "no-preference"),
            feature("prefers-contrast", self.more_contrast, "more", "no-preference"),
        ]})
    }
}
