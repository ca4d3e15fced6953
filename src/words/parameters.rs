//! Labels and help for each row of the contract's table.

use backdrop_contract::{Group, Matters, Name};

/// What a parameter is called, and what it does in a line.
pub struct ParameterWords {
    pub label: &'static str,
    pub help: &'static str,
}

/// The words for a parameter.
pub fn parameter(name: Name) -> ParameterWords {
    let (label, help) = match name {
        Name::Image => ("Photo", "JPEG, PNG or WEBP"),
        Name::Prompt => {
            ("Describe the new background", "English works best; up to 60 words are useful")
        }
        Name::RefImages => {
            ("Reference picture", "The new background follows this picture; JPEG, PNG or WEBP")
        }
        Name::NegativePrompt => ("Keep out of the scene", "What should not appear"),
        Name::Seed => ("Seed", "The same seed gives the same picture again"),
        Name::Fast => ("Fast", "Quicker, with a little less detail"),
        Name::RefinePrompt => ("Refine my description", "Rewrites it for a richer scene"),
        Name::EnhanceRefImages => ("Enhance the reference", "Prepares the reference picture first"),
        Name::OriginalQuality => {
            ("Original resolution", "Keeps the photo’s size instead of about 1 megapixel")
        }
        Name::ForceBackgroundDetection => {
            ("Find the background again", "Even where the photo is transparent already")
        }
        Name::PromptContentModeration => {
            ("Check my description", "Refuses words that are not safe")
        }
        Name::VisualInputContentModeration => {
            ("Check my photo", "Refuses photos that are not safe")
        }
        Name::VisualOutputContentModeration => {
            ("Check the result", "Refuses results that are not safe")
        }
    };
    ParameterWords { label, help }
}

/// The heading of a group.
pub fn group(group: Group) -> &'static str {
    match group {
        Group::Photo => "Photo",
        Group::Background => "New background",
        Group::Quality => "Quality",
        Group::Repeat => "Repeat",
        Group::Safety => "Safety",
    }
}

/// Why a parameter does nothing just now.
pub fn no_effect(matters: Matters) -> &'static str {
    match matters {
        Matters::Always => "",
        Matters::WhenNotFast => "No effect while Fast is on",
        Matters::WithPrompt => "Only with a description",
        Matters::WithReference => "Only with a reference picture",
        Matters::WithAlpha => "Only for photos that can be transparent",
    }
}
