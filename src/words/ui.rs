//! The studio's own words: headings, buttons, hints.

// Behind one button.
pub const MAKE_PICTURE: &str = "Put a photo on a new background";
pub const CHANGE_PICTURE: &str = "Change the picture";
pub const CLOSE: &str = "Close";

// The header.
pub const PHOTOS_GO_TO: &str = "Photos go to:";
pub const THIS_MACHINE: &str = "On this machine";
pub const SITE_SERVER: &str = "On this site’s server";
pub const THROUGH_SITE: &str = "Through this site";
pub const THIS_SITE: &str = "This site";
pub const LOOKS: &str = "Light, dark or automatic";
pub const LOOKS_AUTO: &str = "Looks: automatic";
pub const LOOKS_LIGHT: &str = "Looks: light";
pub const LOOKS_DARK: &str = "Looks: dark";

pub const LANGUAGE: &str = "Language";

// For the form that the studio stands in.
pub const PICTURE_MISSING: &str = "Make a picture first: choose a photo, then press the button.";

// Under the button.
pub const PROMISE_HERE: &str = "Runs on this machine · nothing is uploaded";
pub const PROMISE_SERVER: &str = "The photo goes to this site’s own server";
pub const PROMISE_SITE: &str = "The photo goes to this site";

// The empty stage.
pub const WELCOME: &str = "Put a photo on a new background";
pub const WAYS_IN: &str = "Drop a photo here, paste one, or";
pub const CHOOSE_PHOTO: &str = "Choose a photo";
pub const TAKE_PHOTO: &str = "Take a photo";
pub const OR_SAMPLE: &str = "or try one of these";
pub const NOT_A_FILE: &str = "That was no file. Drop a photo as a file.";

// Pickers.
pub const CHOOSE: &str = "Choose";
pub const CHANGE: &str = "Change";
pub const REMOVE: &str = "Remove";
pub const CHOOSE_REFERENCE: &str = "Choose a reference";
pub const ADDRESS_HINT: &str = "https://… an address of a picture";
pub const ADDRESS_LABEL: &str = "Address of a picture";
pub const USE: &str = "Use";
pub const USE_ADDRESS: &str = "Use an address instead";
pub const ADD_REFERENCE: &str = "Add a reference";

pub const NOT_SENT: &str = "Not sent: this host takes no more references.";
pub const ENOUGH_REFERENCES: &str = "This host takes no more references: remove one first.";
pub const FIRST_PICTURE: &str = "Only the first picture";
pub const UPRIGHT: &str = "Turned upright";
pub const SMALLER: &str = "A smaller copy";
pub const MENDED: &str = "Drawn anew, as the file was damaged";
pub const MAKING_SMALLER: &str = "Making a smaller copy…";
pub const NO_SMALLER: &str = "This browser cannot make a smaller copy; it may be refused.";
pub const CLEAN: &str = "Remove metadata";
pub const CLEAN_HELP: &str =
    "Place, camera and other data in the file are left out and it is turned upright; colours stay";
pub const NO_PHOTO: &str = "None yet: drop, paste or choose one";

// What is loaded after the studio.
pub const PART_MISSING: &str = "A part of Backdrop did not come, or was changed on its way. Nothing was sent, and nothing is lost: check the connection, then try again. If that does not help, its server lacks the part.";

// What the page around decides.
pub const LOCKED_PICTURE: &str = "This page has chosen the picture; it cannot be changed here.";
pub const FORBIDDEN: &str = "This page did not let the picture be made. Nothing was sent.";
pub const LOCKED: &str = "Set by this page";

// The stage.
pub const PICTURE: &str = "Picture";
pub const BEFORE: &str = "Before";
pub const AFTER: &str = "After";
pub const COMPARE: &str = "Compare";
pub const COMPARE_LABEL: &str = "Compare before and after";
pub const DOWNLOAD: &str = "Download";
pub const USE_AS_PHOTO: &str = "Use as photo";
pub const RESULT: &str = "Result";
pub const RESULTS: &str = "Results";
pub const READING: &str = "Reading the photo";
pub const PROGRESS: &str = "How far the picture is";
pub const LONGER: &str = "It takes longer than usual";
pub const ZOOM: &str = "Look closely";
pub const ZOOM_IN: &str = "Zoom in";
pub const ZOOM_OUT: &str = "Zoom out";
pub const FIT: &str = "Fit";
pub const ACTUAL_LABEL: &str = "One pixel of the picture for one of the screen";
pub const ORIGINAL: &str = "Original";
pub const ORIGINAL_LABEL: &str = "Hold to see the original";
pub const FULL_SCREEN: &str = "Full screen";
pub const ZOOM_KEYS: &str = "Keys: + and − zoom, 0 fits, 1 is actual size, arrows move, hold O for the original, F for full screen";
pub const TOGETHER: &str = "Pictures side by side";
pub const ALL_PICTURES: &str = "All of them";
pub const MORE_LIKE_THIS: &str = "More like this";
pub const MORE_LIKE_READY: &str =
    "The settings of this picture are in the form, with new seeds. Nothing is sent yet.";
pub const MAKING: &str = "Making the picture";
pub const RECEIVING: &str = "Receiving the picture";
pub const FETCHING: &str = "Fetching the engine, once";
pub const QUEUED: &str = "In the queue: others are made first";
pub const ASKING_AFTER: &str = "The connection was lost. Asking what came of it";
pub const RESUMING: &str = "Fetching the picture that was under way";
pub const SHOWN_ONLY: &str = "This picture lies at another address. This page may show it but not read it, so it is not kept here: open it and save it from there.";
pub const OPEN_PICTURE: &str = "Open the picture";
pub const DETAILS: &str = "Details";
pub const MADE_HERE: &str = "Made on this machine";
pub const MADE_ON_SERVER: &str = "Made on the site’s own server";

// The panel.
pub const SETTINGS: &str = "Settings";
pub const DESCRIBE: &str = "Describe";
pub const REFERENCE: &str = "Reference";
pub const COLOUR: &str = "Colour";
pub const BOTH: &str = "Both";
pub const READY_IDEAS: &str = "Ideas";
pub const PAINTED: &str = "Without a provider your words choose one of a few painted looks; scenes from words need the provider.";
pub const WELL_SAID: &str = "Name the place, the surface and the light, such as “on a marble table, soft light from the left”.";
pub const PICK_COLOUR: &str = "Pick a colour";
pub const HEX_COLOUR: &str = "Colour as hex";
pub const HEX_HELP: &str = "Six hex digits, as in #ff5733";
pub const PICTURES: &str = "Pictures at once";
pub const KEEP_SEED: &str = "Keep the seed";
pub const KEEP_SEED_HELP: &str = "Off: each press takes a new one";
pub const ONE_REQUEST: &str = "Several: the next seeds, side by side";
pub const NEW_SEED: &str = "New seed";
pub const WORKING: &str = "Working";
pub const SEND: &str = "Replace background";
pub const SEND_KEYS: &str = "Ctrl ⏎";
pub const CANCEL: &str = "Cancel";
pub const SEND_AGAIN: &str = "Send again";
pub const SEND_ALL_THE_SAME: &str = "Send again all the same";
pub const ASK_AGAIN: &str = "Ask for the picture again";
pub const TO_FIELD: &str = "Go to the setting";
pub const DISMISS: &str = "Dismiss";
pub const OPEN_CONNECTION: &str = "Open the connection";

// The connection.
pub const WHERE_TO: &str = "Where photos go";
pub const OWN_ENDPOINT: &str = "Its own endpoint; no key needed";
pub const THIS_DEVICE: &str = "This device";
pub const BY_ITSELF: &str = "In this browser, offline too; nothing is uploaded";
pub const STRAIGHT: &str = "Straight from this browser, with a key of mine";
pub const KEY: &str = "Key";
pub const KEY_HELP: &str =
    "Kept in this tab’s memory only, sent to the address below and nowhere else, gone on reload.";
pub const ADDRESS: &str = "Address";
pub const FORGET_KEY: &str = "Forget the key";
pub const USE_THIS: &str = "Use this";

/// Ready-made descriptions, under their pictures.
pub(super) const IDEA_NAMES: [&str; 7] = [
    "Parking lot",
    "Marble counter",
    "Wooden table",
    "White studio",
    "Beach at sunset",
    "Forest floor",
    "Window light",
];

/// Ready-made colours.
pub(super) const SWATCH_NAMES: [&str; 6] =
    ["White", "Light grey", "Black", "Pale blue", "Peach", "Sage"];
pub const TRANSPARENT: &str = "Transparent";

/// What the sample photos show.
pub(super) const SAMPLE_NAMES: [&str; 3] = ["A cup of coffee", "A cat", "An astronaut"];
