//! The tag as other people's pages see it: the one description from which its types, its manifest
//! and its reference are made. The tests below hold it against the sources.
//!
//! What the parameters give comes from the contract's table.

use backdrop_contract::{Fixed, Kind, PARAMETERS, Parameter};

// One set of words for the form and for the reference.
#[path = "../../../src/words/parameters.rs"]
#[expect(dead_code, reason = "the reference needs the parameters' own words only")]
mod words;

/// An attribute with a property of the same meaning.
pub struct Attribute {
    pub name: String,
    /// Empty where there is no such property.
    pub property: String,
    /// In TypeScript.
    pub kind: String,
    pub default: String,
    pub text: String,
}

/// Something else that has a name: a property, a method, an event, a part, a variable, a slot, a state.
pub struct Item {
    pub name: &'static str,
    /// In TypeScript: a type, what follows a method's name, or an event's detail.
    pub kind: &'static str,
    pub text: &'static str,
}

const fn item(name: &'static str, kind: &'static str, text: &'static str) -> Item {
    Item { name, kind, text }
}

/// Name, type, default, text. Type and default of a switch are `boolean` and `false`.
const OPTIONS: [[&str; 4]; 17] = [
    [
        "endpoint",
        "string",
        "/v1/bria-replace-background",
        "Where requests go: a relay on your own server, a provider, or `device:` for nowhere. Not given, and with nothing at the usual place, the device answers.",
    ],
    [
        "dialect",
        "string",
        "",
        "The way the endpoint wants to be asked, where it is not the usual one.",
    ],
    [
        "samples",
        "string",
        "",
        "A folder with the sample photos, ending in a slash; without it none are offered.",
    ],
    [
        "theme",
        "\"auto\" | \"light\" | \"dark\"",
        "auto",
        "Light or dark; by itself as `color-scheme` has it.",
    ],
    [
        "variant",
        "\"full\" | \"compact\" | \"button\"",
        "full",
        "Everything; stage and background, and the rest when asked for; or a button that opens the studio.",
    ],
    [
        "hide",
        "string",
        "",
        "Parameters that a visitor does not see, by their names with spaces between.",
    ],
    ["lock", "string", "", "Parameters that a visitor sees and cannot change."],
    [
        "accept",
        "string",
        "",
        "Which files a visitor may pick, drop or paste, as at an `<input type=file>`; types are told by first bytes.",
    ],
    [
        "max-bytes",
        "number",
        "0",
        "The largest file in bytes that is sent as it is; of a larger one a smaller copy is offered. 0 is the usual limit: 12 MB, or more where the site's own server answers.",
    ],
    [
        "deadline",
        "number",
        "0",
        "How long an answer may take to begin, and each piece of it to follow, in seconds; 0 is the usual 120.",
    ],
    ["name", "string", "", "The name in a form."],
    ["required", "boolean", "false", "A form is not sent without a picture."],
    ["disabled", "boolean", "false", "Nothing can be chosen or sent, and a form goes without it."],
    [
        "choose-language",
        "boolean",
        "false",
        "A visitor chooses the language in the header, and the choice is kept in their browser; before that it is the browser's own. `lang` is not heard then.",
    ],
    [
        "remember",
        "boolean",
        "false",
        "Pictures that were made, and the form with its photo, stay in the visitor's browser until they are deleted there.",
    ],
    ["loading", "\"lazy\"", "", "`lazy`: the studio comes when a visitor is about to see it."],
    [
        "base",
        "string",
        "",
        "The folder with the package’s files, where they do not lie beside the script.",
    ],
];

/// The script reads these itself, once, when it brings the studio.
#[cfg(test)]
const OF_THE_LOADER: [&str; 2] = ["loading", "base"];

pub const PROPERTIES: [Item; 9] = [
    item(
        "parameters",
        "Partial<BackdropParameters>",
        "All parameters as they stand, without the pictures. Setting changes those that are named.",
    ),
    item(
        "photo",
        "File | Blob | string | null",
        "The photo: a file, its bytes, an address or base64.",
    ),
    item(
        "apiKey",
        "string | null",
        "Your own key for the endpoint. Never an attribute; it is not given back.",
    ),
    item("value", "readonly File | null", "The resulting picture, which is what a form sends."),
    item("form", "readonly HTMLFormElement | null", "The form it belongs to."),
    item("labels", "readonly NodeList", "Its labels."),
    item("validity", "readonly ValidityState", "As at any form control."),
    item("validationMessage", "readonly string", "What a form’s visitor is told."),
    item("willValidate", "readonly boolean", "As at any form control."),
];

pub const METHODS: [Item; 5] = [
    item(
        "send",
        "(): Promise<BackdropResult>",
        "Sends, as the button does. Rejects with a `BackdropError`.",
    ),
    item("cancel", "(): void", "Gives a running request up."),
    item("reset", "(): void", "Back to what the page has given."),
    item("checkValidity", "(): boolean", "As at any form control."),
    item("reportValidity", "(): boolean", "As at any form control."),
];

/// All bubble and are composed; `backdrop-send` can be cancelled.
pub const EVENTS: [Item; 6] = [
    item("backdrop-ready", "Record<string, never>", "The studio is there."),
    item(
        "backdrop-input",
        "{ parameters: Partial<BackdropParameters> }",
        "A parameter or a picture has changed.",
    ),
    item(
        "backdrop-send",
        "{ parameters: Partial<BackdropParameters> }",
        "A request is about to go. `preventDefault()` keeps it; what is changed in `detail.parameters` is sent, also another `image`.",
    ),
    item(
        "backdrop-progress",
        "{ phase: \"reading\" | \"fetching\" | \"waiting\" | \"receiving\" }",
        "How far a request is.",
    ),
    item("backdrop-result", "BackdropResult", "A picture has come."),
    item(
        "backdrop-error",
        "BackdropError",
        "It went wrong; `kind` says how. Of kind `load`: the studio itself could not come.",
    ),
];

pub const PARTS: [Item; 16] = [
    item("studio", "", "All of it."),
    item("header", "", "The line at the top."),
    item("stage", "", "The picture’s side."),
    item("canvas", "", "The frame around the picture."),
    item("empty", "", "What is there before a photo is."),
    item("results", "", "The row of results."),
    item("queue", "", "Several photos, one under the other."),
    item("tools", "", "The buttons under a result."),
    item("panel", "", "The settings’ side."),
    item("fields", "", "The settings themselves."),
    item("send", "", "The bar with the button that sends."),
    item("send-button", "", "That button."),
    item("failure", "", "What went wrong, and what to do."),
    item("notice", "", "What a visitor must know before sending."),
    item("dialog", "", "The dialogs."),
    item("button", "", "The button that opens the studio, of the variant `button`."),
];

pub const SLOTS: [Item; 3] = [
    item("header", "", "In place of the product’s name."),
    item("empty", "", "In place of the welcome, before there is a photo."),
    item("actions", "", "More buttons beside those of a result."),
];

pub const STATES: [Item; 4] = [
    item("empty", "", "No picture yet."),
    item("busy", "", "A request runs."),
    item("done", "", "There is a picture."),
    item("error", "", "The last request failed."),
];

/// Colours come in pairs, light and dark; a page sets one or `light-dark()`.
pub const VARIABLES: [Item; 19] = [
    item("--backdrop-surface", "<color>", "Behind everything."),
    item("--backdrop-panel", "<color>", "Behind the settings."),
    item("--backdrop-sunk", "<color>", "Behind groups of buttons."),
    item("--backdrop-ink", "<color>", "Text."),
    item("--backdrop-ink-2", "<color>", "Text of less weight."),
    item("--backdrop-line", "<color>", "Lines between regions."),
    item("--backdrop-line-strong", "<color>", "Lines around fields."),
    item("--backdrop-accent", "<color>", "The button that sends, and what is chosen."),
    item("--backdrop-on-accent", "<color>", "Text on the accent."),
    item("--backdrop-accent-soft", "<color>", "The accent as a ground."),
    item("--backdrop-ok", "<color>", "Good news."),
    item("--backdrop-away", "<color>", "A photo leaves this machine."),
    item("--backdrop-wrong", "<color>", "Bad news."),
    item("--backdrop-wrong-soft", "<color>", "The ground of bad news."),
    item("--backdrop-shadow", "<color>", "Shadows."),
    item("--backdrop-radius", "<length>", "Corners; 14px."),
    item("--backdrop-density", "<number>", "Room between things; 1."),
    item("--backdrop-font", "<family-name>#", "Typeface."),
    item("--backdrop-font-size", "<length>", "Size of text; 15px."),
];

/// The attributes of the parameters first, then the others.
pub fn attributes() -> Vec<Attribute> {
    let parameters = PARAMETERS.iter().map(|parameter| Attribute {
        name: parameter.wire.replace('_', "-"),
        property: camel(&parameter.wire.replace('_', "-")),
        kind: kind(parameter).into(),
        default: default(parameter),
        text: words_for(parameter),
    });
    let options = OPTIONS.iter().map(|[name, kind, default, text]| Attribute {
        name: (*name).into(),
        property: if matches!(*name, "loading" | "base") { String::new() } else { camel(name) },
        kind: (*kind).into(),
        default: (*default).into(),
        text: (*text).into(),
    });
    parameters.chain(options).collect()
}

/// A parameter's type in TypeScript, as a property takes it.
pub fn kind(parameter: &Parameter) -> &'static str {
    match parameter.kind {
        Kind::Image => "File | Blob | string | null",
        Kind::Images { .. } => "(File | Blob | string)[]",
        Kind::Text { .. } => "string",
        Kind::Whole { .. } => "number",
        Kind::Switch => "boolean",
    }
}

/// A parameter in a line.
pub fn words_for(parameter: &Parameter) -> String {
    let words = words::parameter(parameter.name);
    format!("{}: {}.", words.label, lower_first(words.help))
}

fn lower_first(text: &str) -> String {
    // An abbreviation keeps its capitals.
    let second = text.chars().nth(1);
    if second.is_some_and(char::is_uppercase) || text.starts_with("English") {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn default(parameter: &Parameter) -> String {
    match parameter.default {
        None => String::new(),
        Some(Fixed::Text(text)) => text.into(),
        Some(Fixed::Whole(number)) => number.to_string(),
        Some(Fixed::Switch(on)) => on.to_string(),
    }
}

fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let (head, tail) = part.split_at(part.len().min(1));
        all + &head.to_uppercase() + tail
    })
}

/// The sources, held against the description: whoever adds to one has to add to the other.
#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn read(path: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        std::fs::read_to_string(root.join(path)).unwrap()
    }

    fn all_of(folder: &str, end: &str) -> String {
        let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
        let files = crate::precompress::files_in(&root).unwrap();
        let files = files.iter().filter(|file| file.to_string_lossy().ends_with(end));
        files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    /// Every text between `start` and the next `end`.
    fn between(text: &str, start: &str, end: char) -> BTreeSet<String> {
        let found = text.split(start).skip(1).filter_map(|rest| rest.split(end).next());
        found.map(str::to_owned).collect()
    }

    fn names(items: &[Item]) -> BTreeSet<String> {
        items.iter().map(|item| item.name.to_owned()).collect()
    }

    #[test]
    fn the_options_are_those_of_the_class() {
        let class = read("src/element/element.js");
        let block = between(&class, "const OPTIONS = {", '}').into_iter().next().unwrap();
        let keys = block.split(',').filter_map(|entry| entry.split_once(':'));
        let keys: BTreeSet<String> =
            keys.map(|(key, _)| key.trim().trim_matches('"').to_owned()).collect();
        let described = OPTIONS.iter().map(|[name, ..]| (*name).to_owned());
        let described: BTreeSet<String> =
            described.filter(|name| !OF_THE_LOADER.contains(&name.as_str())).collect();
        assert_eq!(keys, described);
        let loader = all_of("src/loader", ".js");
        for name in OF_THE_LOADER {
            assert!(loader.contains(&format!("getAttribute(\"{name}\")")), "{name}");
        }
    }

    #[test]
    fn the_events_are_those_of_the_class() {
        let class = read("src/element/element.js");
        let told = all_of("src/element", ".rs");
        let described = EVENTS.iter().map(|event| event.name.trim_start_matches("backdrop-"));
        let mut fired = between(&class, "#fire(\"", '"');
        fired.extend(between(&told, ".tell(\"", '"'));
        fired.extend(between(&told, ".tell(\n                \"", '"'));
        // What the class alone is told, for the form.
        fired.remove("value");
        assert_eq!(fired, described.map(str::to_owned).collect());
    }

    /// Each with the type of its row; what the loader reads has no prop.
    #[test]
    fn the_props_of_the_component_are_those_of_the_tag() {
        let component = read("src/component.rs");
        for parameter in &PARAMETERS {
            let kind = match parameter.kind {
                Kind::Image => "MaybeProp<Image, LocalStorage>",
                Kind::Images { .. } => "MaybeProp<Vec<Image>, LocalStorage>",
                Kind::Text { .. } => "MaybeProp<String>",
                Kind::Whole { .. } => "MaybeProp<i64>",
                Kind::Switch => "MaybeProp<bool>",
            };
            let prop = format!(" {}: {kind},", parameter.wire);
            assert!(component.contains(&prop), "no prop{prop}");
        }
        // The words of other languages, and what keeps things, come with the package: an app's own
        // build has neither.
        let of_the_package = ["choose-language", "remember"];
        let has_prop =
            |one: &&Attribute| !one.property.is_empty() && !of_the_package.contains(&&*one.name);
        for attribute in attributes().iter().filter(has_prop) {
            let prop = format!(" {}: MaybeProp<", attribute.name.replace('-', "_"));
            assert!(component.contains(&prop), "no prop{prop}");
            let set = format!("(\"{}\", ", attribute.property);
            assert!(component.contains(&set), "the prop {} is not set", attribute.property);
        }
        for event in &EVENTS {
            let heard = format!("heard(\"{}\")", event.name);
            assert!(component.contains(&heard), "{} is not heard", event.name);
        }
    }

    #[test]
    fn the_states_are_those_of_the_class() {
        let class = read("src/element/element.js");
        let block = between(&class, "const STATES = [", ']').into_iter().next().unwrap();
        let states = block.split(',').map(|state| state.trim().trim_matches('"').to_owned());
        assert_eq!(states.collect::<BTreeSet<_>>(), names(&STATES));
    }

    #[test]
    fn the_parts_and_slots_are_those_of_the_views() {
        let views = all_of("src/studio", ".rs");
        assert_eq!(between(&views, " part=\"", '"'), names(&PARTS));
        let slots = all_of("src/words", ".rs");
        let slots = slots.lines().filter(|line| line.contains("const SLOT_"));
        let slots: BTreeSet<String> = slots.flat_map(|line| between(line, "= \"", '"')).collect();
        assert_eq!(slots, names(&SLOTS));
    }

    #[test]
    fn the_variables_are_those_of_the_style() {
        let style = all_of("style", ".css");
        let used: BTreeSet<String> = style
            .split("var(--backdrop-")
            .skip(1)
            .filter_map(|rest| rest.split([',', ')']).next())
            .map(|name| format!("--backdrop-{name}"))
            .collect();
        assert_eq!(used, names(&VARIABLES));
    }
}
