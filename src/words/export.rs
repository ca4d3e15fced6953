//! Ways to take a picture away.

pub const SAVE_AS: &str = "Save as …";
pub const SAVE_A_COPY: &str = "Save a copy";
pub const FILE_FORMAT: &str = "Format";
pub const QUALITY: &str = "Quality";
pub const PICTURE_SIZE: &str = "Size";
pub const ORIGINAL_SIZE: &str = "As it is";
pub const SIZES_HELP: &str =
    "Square for marketplaces such as Amazon, eBay and Etsy, 4:5 for feeds, 16:9 for banners.";
pub const TO_FIT: &str = "What does not fit";
pub const CROP: &str = "Cut it away";
pub const PAD: &str = "Fill the rest";
pub const CROPPED_AROUND: &str = "Cut around the subject.";
pub const CROPPED_MIDDLE: &str = "The subject cannot be told apart here, so the middle was kept.";
pub const SAVED: &str = "Saved.";
pub const NOT_SAVED: &str = "This browser could not make the copy.";
pub const PICTURE_COPIED: &str = "The picture is on the clipboard.";
pub const SHARE_PICTURE: &str = "Share";
pub const OPEN_IN_TAB: &str = "Open in a new tab";
pub const ENLARGED: &str = "Larger than the picture itself, so it looks softer.";
