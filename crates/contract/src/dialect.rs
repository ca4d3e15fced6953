//! The same model at other hosts: what they call things, and what they do not have.

use crate::parameters::{Matters, Name, PARAMETERS, Value};
use crate::problem::{Problem, Rule};
use crate::request::{Request, bare_base64, is_hex_colour, is_url};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A host's way of saying the request. Replies are read alike whoever sent them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `POST https://api.segmind.com/v1/bria-replace-background`, and every relay.
    #[default]
    Segmind,
    /// The model's maker, its second version.
    BriaV2,
    Fal,
}

/// All that is known of a host but its words.
#[derive(Debug)]
pub struct Host {
    /// How a setting or an attribute names it.
    pub name: &'static str,
    pub origin: &'static str,
    pub path: &'static str,
    /// The header that carries the key.
    pub key_header: &'static str,
    /// What stands before the key in that header.
    pub key_prefix: &'static str,
    /// The environment variable that keeps the key, as the host's own examples have it.
    pub key_variable: &'static str,
    /// How many reference pictures it takes at most.
    pub references: usize,
    /// Whether a picture goes as `data:…;base64,` rather than bare base64.
    pub data_uris: bool,
    /// What comes back when all is well.
    pub answer: Answer,
    /// Where a key can be checked without spending.
    pub credits_path: Option<&'static str>,
    /// Names that differ from the table's.
    renamed: &'static [(Name, &'static str)],
    lacks: &'static [Name],
    /// Where its default is another, or is not documented: what holds here is said there.
    other_defaults: &'static [Name],
    /// A switch that is always on.
    always: Option<&'static str>,
}

/// What a host answers when all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The picture's bytes.
    Bytes,
    /// JSON with the picture's address; the way to it, as most languages index.
    Url(&'static str),
    /// JSON with the picture as a `data:` address.
    DataUri(&'static str),
}

impl Dialect {
    pub const ALL: [Self; 3] = [Self::Segmind, Self::BriaV2, Self::Fal];

    /// The dialect of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.host().name == name)
    }

    #[must_use]
    pub fn host(self) -> &'static Host {
        &HOSTS[self as usize]
    }

    /// The host's own address for this model.
    #[must_use]
    pub fn address(self) -> String {
        let Host { origin, path, .. } = self.host();
        format!("{origin}{path}")
    }

    /// The value of the header that carries the key.
    #[must_use]
    pub fn key_value(self, key: &str) -> String {
        format!("{}{key}", self.host().key_prefix)
    }

    /// What the host calls a parameter; none if it has no such thing.
    #[must_use]
    pub fn wire(self, name: Name) -> Option<&'static str> {
        let host = self.host();
        let renamed = host.renamed.iter().find(|(renamed, _)| *renamed == name);
        let wire = renamed.map_or(name.wire(), |(_, wire)| *wire);
        (!host.lacks.contains(&name)).then_some(wire)
    }

    /// Whether the host has this parameter.
    #[must_use]
    pub fn takes(self, name: Name) -> bool {
        !self.host().lacks.contains(&name)
    }

    /// The request as this host wants it: its names, its values, nothing that it has not. What is
    /// absent and has another default there is said, so that a request means the same everywhere;
    /// only a prompt is never made up, as the pictures may be held beside the request.
    #[must_use]
    pub fn fields(self, request: &Request) -> Fields {
        let host = self.host();
        let mut fields = Vec::new();
        for parameter in &PARAMETERS {
            let name = parameter.name;
            let said = || {
                let matters = host.other_defaults.contains(&name) && matters(request, name);
                if matters { parameter.default_value() } else { None }
            };
            let value = request.get(name).cloned().or_else(said);
            if let (Some(wire), Some(value)) = (self.wire(name), value) {
                fields.push((wire, self.value(name, value)));
            }
        }
        fields.extend(host.always.map(|wire| (wire, Value::Switch(true))));
        Fields(fields)
    }

    fn value(self, name: Name, value: Value) -> Value {
        match (name, value) {
            (Name::Fast, Value::Switch(fast)) if self == Self::BriaV2 => {
                // Its third mode, `high_control`, is one that the endpoint here does not offer.
                Value::Text(if fast { "fast" } else { "base" }.to_owned())
            }
            (Name::Image, Value::Text(image)) => Value::Text(self.picture(&image)),
            (Name::RefImages, Value::List(list)) => {
                let most = list.iter().take(self.host().references);
                Value::List(most.map(|one| self.picture(one)).collect())
            }
            (_, value) => value,
        }
    }

    /// A picture as this host takes it: an address as it is, base64 with its prefix or without.
    #[must_use]
    pub fn picture(self, image: &str) -> String {
        if is_url(image) {
            return image.to_owned();
        }
        let base64 = bare_base64(image);
        format!("{}{base64}", self.prefix(base64).unwrap_or_default())
    }

    /// What stands before a picture's bare base64 at this host; the first characters tell the
    /// format.
    fn prefix(self, base64: &str) -> Option<&'static str> {
        self.host().data_uris.then_some(match base64.as_bytes() {
            [b'i', b'V', b'B', b'O', ..] => "data:image/png;base64,",
            [b'U', b'k', b'l', b'G', ..] => "data:image/webp;base64,",
            _ => "data:image/jpeg;base64,",
        })
    }

    /// [`Request::problems`], and what only this host minds.
    #[must_use]
    pub fn problems(self, request: &Request) -> Vec<Problem> {
        let mut problems = request.problems();
        let most = self.host().references;
        let parameter = Name::RefImages;
        let told = problems.iter().any(|problem| problem.parameter == parameter);
        if request.references().len() > most && !told {
            problems.push(Problem { parameter, rule: Rule::Count { most } });
        }
        problems
    }
}

/// Whether an absent parameter would have an effect in this request.
fn matters(request: &Request, name: Name) -> bool {
    let prompt = request.text(Name::Prompt);
    let words = prompt.is_some();
    match name.parameter().matters {
        Matters::Always | Matters::WithAlpha => true,
        Matters::WithPrompt => words,
        Matters::WhenNotFast => {
            prompt.is_some_and(|prompt| !is_hex_colour(prompt)) && !request.is_on(Name::Fast)
        }
        Matters::WithReference => !words,
    }
}

/// A request's fields in some dialect, in the order of the table. Serializes as an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(pub Vec<(&'static str, Value)>);

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (wire, value) in &self.0 {
            map.serialize_entry(wire, value)?;
        }
        map.end()
    }
}

/// In the order of [`Dialect`].
///
/// Sources. Segmind: its page for this endpoint. Bria: the reference of its API for
/// `/v2/image/edit/replace_background` and its own client (`engine.prod.bria-api.com`, header
/// `api_token`; `sync` holds the connection until the picture is there). fal:
/// `fal.ai/models/fal-ai/bria/background/replace/llms.txt` for address and names,
/// `fal.ai/docs` for `Authorization: Key …` and for data URIs (`sync_mode` brings the picture
/// inside the reply instead of at an address).
static HOSTS: [Host; 3] = [
    Host {
        name: "segmind",
        origin: crate::PROVIDER,
        path: crate::PATH,
        key_header: crate::KEY_HEADER,
        key_prefix: "",
        key_variable: "SEGMIND_API_KEY",
        references: 1,
        data_uris: false,
        answer: Answer::Bytes,
        credits_path: Some("/v1/get-user-credits"),
        renamed: &[],
        lacks: &[],
        other_defaults: &[],
        always: None,
    },
    Host {
        name: "bria-v2",
        origin: "https://engine.prod.bria-api.com",
        path: "/v2/image/edit/replace_background",
        key_header: "api_token",
        key_prefix: "",
        key_variable: "BRIA_API_TOKEN",
        references: 10,
        data_uris: false,
        answer: Answer::Url(r#"["result"]["image_url"]"#),
        credits_path: None,
        renamed: &[(Name::Fast, "mode")],
        lacks: &[],
        other_defaults: &[
            Name::NegativePrompt,
            Name::Seed,
            Name::Fast,
            Name::PromptContentModeration,
        ],
        always: Some("sync"),
    },
    Host {
        name: "fal",
        origin: "https://fal.run",
        path: "/fal-ai/bria/background/replace",
        key_header: "authorization",
        key_prefix: "Key ",
        key_variable: "FAL_KEY",
        references: 1,
        data_uris: true,
        answer: Answer::DataUri(r#"["images"][0]["url"]"#),
        credits_path: None,
        renamed: &[(Name::Image, "image_url"), (Name::RefImages, "ref_image_url")],
        lacks: &[
            Name::EnhanceRefImages,
            Name::OriginalQuality,
            Name::ForceBackgroundDetection,
            Name::PromptContentModeration,
            Name::VisualInputContentModeration,
            Name::VisualOutputContentModeration,
        ],
        other_defaults: &[Name::NegativePrompt, Name::Seed, Name::Fast],
        always: Some("sync_mode"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn request(json: &str) -> Request {
        serde_json::from_str(json).unwrap()
    }

    fn written(dialect: Dialect, json: &str) -> String {
        serde_json::to_string(&dialect.fields(&request(json))).unwrap()
    }

    #[test]
    fn names_find_their_hosts() {
        for dialect in Dialect::ALL {
            assert_eq!(Dialect::of(dialect.host().name), Some(dialect));
        }
        assert_eq!(Dialect::of("replicate"), None);
        assert_eq!(Dialect::default().address(), format!("{}{}", crate::PROVIDER, crate::PATH));
        assert_eq!(Dialect::Fal.address(), "https://fal.run/fal-ai/bria/background/replace");
        assert_eq!(Dialect::Fal.key_value("a:b"), "Key a:b");
        assert_eq!(Dialect::BriaV2.key_value("ab"), "ab");
    }

    /// Every parameter, each away from its default.
    const ALL_SET: &str = r#"{"image":"iVBORw0KGgo","prompt":"a","ref_images":["/9j/4AAQ"],
        "negative_prompt":"b","seed":7,"fast":true,"refine_prompt":false,"enhance_ref_images":false,
        "original_quality":true,"force_background_detection":true,"prompt_content_moderation":false,
        "visual_input_content_moderation":true,"visual_output_content_moderation":true}"#;

    #[test]
    fn segmind_is_the_table_itself() {
        let all: Request = request(ALL_SET);
        let json = serde_json::to_string(&all).unwrap();
        assert_eq!(written(Dialect::Segmind, ALL_SET), json);
        assert_eq!(written(Dialect::Segmind, r#"{"prompt":"a"}"#), r#"{"prompt":"a"}"#);
    }

    #[test]
    fn bria_has_modes_and_waits() {
        assert_eq!(
            written(Dialect::BriaV2, ALL_SET),
            concat!(
                r#"{"image":"iVBORw0KGgo","prompt":"a","ref_images":"/9j/4AAQ","#,
                r#""negative_prompt":"b","seed":7,"mode":"fast","refine_prompt":false,"#,
                r#""enhance_ref_images":false,"original_quality":true,"#,
                r#""force_background_detection":true,"prompt_content_moderation":false,"#,
                r#""visual_input_content_moderation":true,"#,
                r#""visual_output_content_moderation":true,"sync":true}"#
            )
        );
        let two = r#"{"image":"https://a.example/b.png","ref_images":["a","b"]}"#;
        let list = r#""ref_images":["a","b"],"seed":1234,"mode":"base","sync":true}"#;
        assert!(written(Dialect::BriaV2, two).ends_with(list), "{}", written(Dialect::BriaV2, two));
    }

    #[test]
    fn fal_has_fewer_and_takes_data_uris() {
        assert_eq!(
            written(Dialect::Fal, ALL_SET),
            concat!(
                r#"{"image_url":"data:image/png;base64,iVBORw0KGgo","prompt":"a","#,
                r#""ref_image_url":"data:image/jpeg;base64,/9j/4AAQ","negative_prompt":"b","#,
                r#""seed":7,"fast":true,"refine_prompt":false,"sync_mode":true}"#
            )
        );
    }

    #[test]
    fn what_holds_here_holds_there() {
        let words = r#"{"prompt":"a"}"#;
        assert_eq!(
            written(Dialect::Fal, words),
            r#"{"prompt":"a","negative_prompt":"no cars","seed":1234,"fast":false,"sync_mode":true}"#
        );
        assert_eq!(
            written(Dialect::BriaV2, words),
            concat!(
                r#"{"prompt":"a","negative_prompt":"no cars","seed":1234,"mode":"base","#,
                r#""prompt_content_moderation":true,"sync":true}"#
            )
        );
        // What has no effect there is not made up.
        let fast = written(Dialect::Fal, r#"{"prompt":"a","fast":true}"#);
        assert!(!fast.contains("negative_prompt"), "{fast}");
        let colour = written(Dialect::Fal, r##"{"prompt":"#ff5733"}"##);
        assert!(!colour.contains("negative_prompt"), "{colour}");
        let like = written(Dialect::BriaV2, r#"{"ref_images":"https://a.example/b.png"}"#);
        assert!(!like.contains("prompt"), "{like}");
    }

    #[test]
    fn pictures_are_said_as_each_host_takes_them() {
        for (image, bare, with_prefix) in [
            ("iVBORw0KGgo", "iVBORw0KGgo", "data:image/png;base64,iVBORw0KGgo"),
            ("data:image/x;base64,UklGRg", "UklGRg", "data:image/webp;base64,UklGRg"),
            ("/9j/", "/9j/", "data:image/jpeg;base64,/9j/"),
            ("https://a.example/b", "https://a.example/b", "https://a.example/b"),
        ] {
            assert_eq!(Dialect::Segmind.picture(image), bare);
            assert_eq!(Dialect::BriaV2.picture(image), bare);
            assert_eq!(Dialect::Fal.picture(image), with_prefix);
        }
    }

    #[test]
    fn too_many_references_are_told() {
        let two = request(r#"{"image":"a","prompt":"b","ref_images":["c","d"]}"#);
        let told = |dialect: Dialect| -> Vec<String> {
            dialect.problems(&two).iter().map(ToString::to_string).collect()
        };
        assert_eq!(told(Dialect::BriaV2), [""; 0]);
        assert_eq!(told(Dialect::Fal), ["ref_images: takes 1 to 1 pictures"]);
        let eleven = format!(r#"{{"image":"a","ref_images":[{}]}}"#, [r#""b""#; 11].join(","));
        assert_eq!(Dialect::Fal.problems(&request(&eleven)).len(), 1);
    }

    /// The reference page is made from the hosts' table. `UPDATE=1` writes it again.
    #[test]
    fn the_page_of_dialects_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/dialects.md");
        let page = std::fs::read_to_string(path).unwrap();
        let mut made = page[..page.find("\n|").unwrap() + 1].to_owned();
        let row = |first: &str, cell: &dyn Fn(Dialect) -> String| {
            let cells = Dialect::ALL.map(|dialect| format!(" {} |", cell(dialect)));
            format!("| {first} |{}\n", cells.concat())
        };
        made.push_str(&row("", &|dialect| format!("`{}`", dialect.host().name)));
        made.push_str("|---|---|---|---|\n");
        for parameter in &PARAMETERS {
            made.push_str(&row(&format!("`{}`", parameter.wire), &|dialect| {
                let said = dialect.host().other_defaults.contains(&parameter.name);
                match dialect.wire(parameter.name) {
                    None => "–".into(),
                    Some("mode") => "`mode`: `fast` or `base`, always sent".into(),
                    Some(wire) if said => format!("`{wire}`, always sent"),
                    Some(wire) => format!("`{wire}`"),
                }
            }));
        }
        let of = |tell: fn(&Host) -> String| move |dialect: Dialect| tell(dialect.host());
        for (first, tell) in [
            ("address", of(|host| format!("`{}{}`", host.origin, host.path))),
            ("key", of(|host| format!("`{}: {}…`", host.key_header, host.key_prefix))),
            (
                "photo as a file",
                of(|host| if host.data_uris { "data URI" } else { "bare base64" }.into()),
            ),
            ("references", of(|host| host.references.to_string())),
            (
                "always sent",
                of(|host| host.always.map_or("–".into(), |wire| format!("`{wire}: true`"))),
            ),
            (
                "answer",
                of(|host| match host.answer {
                    Answer::Bytes => "the picture’s bytes".into(),
                    Answer::Url(way) => format!("its address at `{way}`"),
                    Answer::DataUri(way) => format!("a data URI at `{way}`"),
                }),
            ),
            (
                "free check of a key",
                of(|host| host.credits_path.map_or("–".into(), |path| format!("`GET {path}`"))),
            ),
        ] {
            made.push_str(&row(first, &tell));
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        assert_eq!(page, made, "run again with UPDATE=1");
    }
}
