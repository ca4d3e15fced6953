//! The one table of parameters. The form, the checks, the element's attributes and the reference
//! pages are made from it: adding a parameter is one row here and its words in the studio.

/// A parameter of the endpoint. The number of each is its row in [`PARAMETERS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    Image,
    Prompt,
    RefImages,
    NegativePrompt,
    Seed,
    Fast,
    RefinePrompt,
    EnhanceRefImages,
    OriginalQuality,
    ForceBackgroundDetection,
    PromptContentModeration,
    VisualInputContentModeration,
    VisualOutputContentModeration,
}

impl Name {
    /// The row of the table.
    #[must_use]
    pub fn parameter(self) -> &'static Parameter {
        &PARAMETERS[self as usize]
    }

    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        self.parameter().wire
    }

    /// The parameter of this wire name.
    #[must_use]
    pub fn of(wire: &str) -> Option<Self> {
        PARAMETERS.iter().find(|p| p.wire == wire).map(|p| p.name)
    }
}

/// One row: all that is known of a parameter but its words.
#[derive(Debug)]
pub struct Parameter {
    pub name: Name,
    /// The name in the request's JSON.
    pub wire: &'static str,
    pub kind: Kind,
    /// What the endpoint uses when the parameter is absent.
    pub default: Option<Fixed>,
    pub group: Group,
    pub matters: Matters,
}

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One picture: a URL, or bare base64 of a JPEG, PNG or WEBP file.
    Image,
    /// One to `most` pictures, each as in [`Kind::Image`]; one goes as a string, more as a list.
    Images { most: usize },
    /// Words. More than about `useful_words` bring nothing.
    Text { useful_words: usize },
    /// A whole number within these bounds, both included.
    Whole { least: i64, most: i64 },
    /// On or off.
    Switch,
}

/// A default, in a form that a constant can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixed {
    Text(&'static str),
    Whole(i64),
    Switch(bool),
}

/// Where the parameter stands in a form, in the order a person thinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Photo,
    Background,
    Quality,
    Repeat,
    Safety,
}

/// When a parameter has an effect at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matters {
    Always,
    /// The model honours it only in its slow mode.
    WhenNotFast,
    WithPrompt,
    WithReference,
    /// Only when the photo comes with transparency.
    WithAlpha,
}

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Whole(i64),
    Switch(bool),
    List(Vec<String>),
}

impl Parameter {
    /// The default as a value.
    #[must_use]
    pub fn default_value(&self) -> Option<Value> {
        self.default.map(|fixed| match fixed {
            Fixed::Text(text) => Value::Text(text.to_owned()),
            Fixed::Whole(number) => Value::Whole(number),
            Fixed::Switch(on) => Value::Switch(on),
        })
    }
}

/// The endpoint's parameters, in the order of its own page.
///
/// Types and defaults: the provider's page. Bounds of `seed`, the number of references and of
/// useful words, and when a parameter matters: the documentation of the model's maker.
pub static PARAMETERS: [Parameter; 13] = [
    row(Name::Image, "image", Kind::Image, None, Group::Photo, Matters::Always),
    row(
        Name::Prompt,
        "prompt",
        Kind::Text { useful_words: 60 },
        Some(Fixed::Text("In a parking lot")),
        Group::Background,
        Matters::Always,
    ),
    row(
        Name::RefImages,
        "ref_images",
        Kind::Images { most: 10 },
        None,
        Group::Background,
        Matters::Always,
    ),
    row(
        Name::NegativePrompt,
        "negative_prompt",
        Kind::Text { useful_words: 60 },
        Some(Fixed::Text("no cars")),
        Group::Background,
        Matters::WhenNotFast,
    ),
    row(
        Name::Seed,
        "seed",
        Kind::Whole { least: 0, most: 2_147_483_647 },
        Some(Fixed::Whole(1234)),
        Group::Repeat,
        Matters::Always,
    ),
    switch(Name::Fast, "fast", false, Group::Quality, Matters::Always),
    switch(Name::RefinePrompt, "refine_prompt", true, Group::Quality, Matters::WithPrompt),
    switch(
        Name::EnhanceRefImages,
        "enhance_ref_images",
        true,
        Group::Quality,
        Matters::WithReference,
    ),
    switch(Name::OriginalQuality, "original_quality", false, Group::Quality, Matters::Always),
    switch(
        Name::ForceBackgroundDetection,
        "force_background_detection",
        false,
        Group::Quality,
        Matters::WithAlpha,
    ),
    switch(
        Name::PromptContentModeration,
        "prompt_content_moderation",
        true,
        Group::Safety,
        Matters::WithPrompt,
    ),
    switch(
        Name::VisualInputContentModeration,
        "visual_input_content_moderation",
        false,
        Group::Safety,
        Matters::Always,
    ),
    switch(
        Name::VisualOutputContentModeration,
        "visual_output_content_moderation",
        false,
        Group::Safety,
        Matters::Always,
    ),
];

const fn row(
    name: Name,
    wire: &'static str,
    kind: Kind,
    default: Option<Fixed>,
    group: Group,
    matters: Matters,
) -> Parameter {
    Parameter { name, wire, kind, default, group, matters }
}

const fn switch(
    name: Name,
    wire: &'static str,
    on: bool,
    group: Group,
    matters: Matters,
) -> Parameter {
    row(name, wire, Kind::Switch, Some(Fixed::Switch(on)), group, matters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_finds_its_own_row() {
        for (row, parameter) in PARAMETERS.iter().enumerate() {
            assert_eq!(parameter.name as usize, row);
            assert_eq!(Name::of(parameter.wire), Some(parameter.name));
        }
        assert_eq!(Name::of("promt"), None);
    }

    /// The provider's page, retyped: a slip in the table shows here.
    #[test]
    fn defaults_are_those_of_the_page() {
        let page = r#"image null, prompt "In a parking lot", ref_images null, negative_prompt "no cars", seed 1234,
            fast false, refine_prompt true, enhance_ref_images true, original_quality false,
            force_background_detection false, prompt_content_moderation true,
            visual_input_content_moderation false, visual_output_content_moderation false"#;
        let table = PARAMETERS.iter().map(|p| match p.default {
            None => format!("{} null", p.wire),
            Some(Fixed::Text(text)) => format!("{} {text:?}", p.wire),
            Some(Fixed::Whole(number)) => format!("{} {number}", p.wire),
            Some(Fixed::Switch(on)) => format!("{} {on}", p.wire),
        });
        let page: Vec<String> = page.split(',').map(|row| row.trim().to_owned()).collect();
        assert_eq!(table.collect::<Vec<_>>(), page);
    }

    /// The reference page is made from the table. `UPDATE=1` writes it again.
    #[test]
    fn the_reference_page_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/parameters.md");
        let page = std::fs::read_to_string(path).unwrap();
        let start = page.find("| parameter |").unwrap();
        let mut made = page[..start].to_owned();
        made.push_str("| parameter | values | default | has an effect |\n|---|---|---|---|\n");
        for parameter in &PARAMETERS {
            let (values, default, matters) = described(parameter);
            made.push_str(&format!(
                "| `{}` | {values} | {default} | {matters} |\n",
                parameter.wire
            ));
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert_eq!(page, made, "run again with UPDATE=1");
    }

    /// The element's table is made from this one. `UPDATE=1` writes it again.
    #[test]
    fn the_table_of_the_element_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/element/parameters.js");
        let script = std::fs::read_to_string(path).unwrap();
        let start = script.find("export").unwrap();
        let rows = PARAMETERS.iter().map(|parameter| {
            let default = match (parameter.default, parameter.kind) {
                (Some(Fixed::Text(text)), _) => format!("{text:?}"),
                (Some(Fixed::Whole(number)), _) => number.to_string(),
                (Some(Fixed::Switch(on)), _) => on.to_string(),
                (None, Kind::Images { .. }) => "[]".into(),
                (None, _) => "null".into(),
            };
            format!("  {}: {default},\n", parameter.wire)
        });
        let rows: String = rows.collect();
        let made = format!("{}export default {{\n{rows}}};\n", &script[..start]);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert_eq!(script, made, "run again with UPDATE=1");
    }

    fn described(parameter: &Parameter) -> (String, String, &'static str) {
        let values = match parameter.kind {
            Kind::Image => "a URL or bare base64; **required**".into(),
            Kind::Images { most } => format!("a URL or bare base64, or a list of up to {most}"),
            Kind::Text { useful_words } => format!("text, up to {useful_words} words are useful"),
            Kind::Whole { least, most } => format!("whole number, {least} to {most}"),
            Kind::Switch => "`true` or `false`".into(),
        };
        let default = match parameter.default {
            None => "–".into(),
            Some(Fixed::Text(text)) => format!("`{text:?}`"),
            Some(Fixed::Whole(number)) => format!("`{number}`"),
            Some(Fixed::Switch(on)) => format!("`{on}`"),
        };
        let matters = match parameter.matters {
            Matters::Always => "always",
            Matters::WhenNotFast => "when not `fast`",
            Matters::WithPrompt => "with a `prompt`",
            Matters::WithReference => "with `ref_images`",
            Matters::WithAlpha => "when the photo has transparency",
        };
        (values, default, matters)
    }
}
