//! What is sent: the parameters that differ from absent, as one JSON object.

use crate::parameters::{Kind, Name, PARAMETERS, Value};
use crate::problem::{Problem, Rule};
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A request: for each parameter a value, or absent. Absent values are never written, `null` is
/// never written, and `null` is read as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    values: [Option<Value>; PARAMETERS.len()],
}

impl Request {
    /// The value that was set, if one was.
    #[must_use]
    pub fn get(&self, name: Name) -> Option<&Value> {
        self.values[name as usize].as_ref()
    }

    /// Sets a value, or makes the parameter absent.
    pub fn set(&mut self, name: Name, value: Option<Value>) {
        self.values[name as usize] = value;
    }

    /// The value that holds: what was set, else the default.
    #[must_use]
    pub fn effective(&self, name: Name) -> Option<Value> {
        self.get(name).cloned().or_else(|| name.parameter().default_value())
    }

    /// The text that was set, if one was.
    #[must_use]
    pub fn text(&self, name: Name) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether a switch holds, by value or by default.
    #[must_use]
    pub fn is_on(&self, name: Name) -> bool {
        self.effective(name) == Some(Value::Switch(true))
    }

    /// The number that holds, by value or by default.
    #[must_use]
    pub fn whole(&self, name: Name) -> Option<i64> {
        match self.effective(name) {
            Some(Value::Whole(number)) => Some(number),
            _ => None,
        }
    }

    /// The reference pictures: none, one or more, each a URL or base64.
    #[must_use]
    pub fn references(&self) -> &[String] {
        match self.get(Name::RefImages) {
            Some(Value::List(list)) => list,
            _ => &[],
        }
    }

    /// Drops what only repeats a default. The prompt stays: the model's maker wants a prompt or a
    /// reference in each request, whatever the default.
    #[must_use]
    pub fn without_defaults(mut self) -> Self {
        for parameter in &PARAMETERS {
            let value = &mut self.values[parameter.name as usize];
            if parameter.name != Name::Prompt && *value == parameter.default_value() {
                *value = None;
            }
        }
        self
    }

    /// Everything that is wrong with this request, in the table's order; empty when it can be sent.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = PARAMETERS
            .iter()
            .filter_map(|parameter| {
                let rule = match self.get(parameter.name) {
                    Some(value) => rule_broken(parameter.kind, value)?,
                    None if parameter.name == Name::Image => Rule::Missing,
                    None => return None,
                };
                Some(Problem { parameter: parameter.name, rule })
            })
            .collect();
        let blank = self.text(Name::Prompt).is_some_and(|prompt| prompt.trim().is_empty());
        if blank && self.references().is_empty() {
            problems.push(Problem { parameter: Name::Prompt, rule: Rule::Missing });
        }
        problems
    }
}

pub(crate) fn rule_broken(kind: Kind, value: &Value) -> Option<Rule> {
    match (kind, value) {
        (Kind::Image, Value::Text(text)) if text.is_empty() => Some(Rule::Missing),
        (Kind::Images { most }, Value::List(list)) => {
            let fits = (1..=most).contains(&list.len()) && list.iter().all(|one| !one.is_empty());
            (!fits).then_some(Rule::Count { most })
        }
        (Kind::Whole { least, most }, Value::Whole(number)) => {
            (!(least..=most).contains(number)).then_some(Rule::Bounds { least, most })
        }
        (Kind::Image | Kind::Text { .. }, Value::Text(_)) | (Kind::Switch, Value::Switch(_)) => {
            None
        }
        _ => Some(Rule::Type(kind)),
    }
}

/// Whether a picture is given by address.
#[must_use]
pub fn is_url(image: &str) -> bool {
    let starts = |scheme: &str| {
        image.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    starts("https://") || starts("http://")
}

/// The base64 of a picture without a `data:…;base64,` prefix, which breaks the endpoint's decoder.
#[must_use]
pub fn bare_base64(image: &str) -> &str {
    match image.split_once(',') {
        Some((_, rest)) if image.starts_with("data:") => rest,
        _ => image,
    }
}

/// Whether a prompt is a hex colour, `#RRGGBB`: the endpoint makes that background solid.
#[must_use]
pub fn is_hex_colour(prompt: &str) -> bool {
    prompt
        .trim()
        .strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let set = PARAMETERS.iter().filter_map(|p| Some((p.wire, self.get(p.name)?)));
        let mut map = serializer.serialize_map(Some(set.clone().count()))?;
        for (wire, value) in set {
            map.serialize_entry(wire, value)?;
        }
        map.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Whole(number) => serializer.serialize_i64(*number),
            Self::Switch(on) => serializer.serialize_bool(*on),
            // The page's type is one URL; a list is what the model's maker takes for several.
            Self::List(list) if list.len() == 1 => serializer.serialize_str(&list[0]),
            Self::List(list) => {
                let mut seq = serializer.serialize_seq(Some(list.len()))?;
                for one in list {
                    seq.serialize_element(one)?;
                }
                seq.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RequestVisitor)
    }
}

struct RequestVisitor;

impl<'de> Visitor<'de> for RequestVisitor {
    type Value = Request;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of parameters")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Request, A::Error> {
        let mut request = Request::default();
        while let Some(key) = map.next_key::<String>()? {
            let name = Name::of(&key)
                .ok_or_else(|| de::Error::custom(format_args!("{key}: no such parameter")))?;
            let kind = name.parameter().kind;
            let value = map
                .next_value_seed(ValueSeed(kind))
                .map_err(|error| de::Error::custom(format_args!("{key}: {error}")))?;
            request.set(name, value);
        }
        Ok(request)
    }
}

/// Reads one value, the row of the table saying which kind; `null` is absent.
struct ValueSeed(Kind);

impl<'de> de::DeserializeSeed<'de> for ValueSeed {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl ValueSeed {
    fn fit<E: de::Error>(
        &self,
        value: Value,
        found: de::Unexpected<'_>,
    ) -> Result<Option<Value>, E> {
        let value = match (self.0, value) {
            (Kind::Images { .. }, Value::Text(one)) => Value::List(vec![one]),
            (_, other) => other,
        };
        match rule_broken(self.0, &value) {
            Some(Rule::Type(_)) => Err(E::invalid_type(found, self)),
            // Bounds and emptiness are `problems()`: reading keeps what was sent.
            _ => Ok(Some(value)),
        }
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Rule::Type(self.0))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<Self::Value, E> {
        self.fit(Value::Switch(on), de::Unexpected::Bool(on))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        self.fit(Value::Whole(number), de::Unexpected::Signed(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        // Beyond every bound either way: saturating keeps it out of bounds.
        let whole = i64::try_from(number).unwrap_or(i64::MAX);
        self.fit(Value::Whole(whole), de::Unexpected::Unsigned(number))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        // JavaScript has no integers: a whole double is a whole number.
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and stays out of bounds")]
        match number.fract() == 0.0 {
            true => self.fit(Value::Whole(number as i64), de::Unexpected::Float(number)),
            false => Err(E::invalid_type(de::Unexpected::Float(number), &self)),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        self.fit(Value::Text(text.to_owned()), de::Unexpected::Other("text"))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        self.fit(Value::Text(text), de::Unexpected::Other("text"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(one) = seq.next_element()? {
            list.push(one);
        }
        self.fit(Value::List(list), de::Unexpected::Seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(json: &str) -> Result<Request, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    fn any_value(kind: Kind) -> BoxedStrategy<Value> {
        match kind {
            Kind::Image | Kind::Text { .. } => any::<String>().prop_map(Value::Text).boxed(),
            Kind::Images { most } => {
                prop::collection::vec(".{1,40}", 1..=most).prop_map(Value::List).boxed()
            }
            Kind::Whole { .. } => any::<i64>().prop_map(Value::Whole).boxed(),
            Kind::Switch => any::<bool>().prop_map(Value::Switch).boxed(),
        }
    }

    fn any_request() -> impl Strategy<Value = Request> {
        let values: Vec<_> =
            PARAMETERS.iter().map(|p| prop::option::of(any_value(p.kind))).collect();
        values.prop_map(|values| {
            let mut request = Request::default();
            for (parameter, value) in PARAMETERS.iter().zip(values) {
                request.set(parameter.name, value);
            }
            request
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(request in any_request()) {
            let json = serde_json::to_string(&request).unwrap();
            prop_assert_eq!(read(&json).unwrap(), request);
        }

        #[test]
        fn absent_is_left_out(request in any_request()) {
            let json = serde_json::to_value(&request).unwrap();
            for parameter in &PARAMETERS {
                let written = json.get(parameter.wire);
                prop_assert_eq!(written.is_some(), request.get(parameter.name).is_some());
                prop_assert!(!written.is_some_and(serde_json::Value::is_null));
            }
        }

        #[test]
        fn without_defaults_means_the_same(request in any_request()) {
            let lean = request.clone().without_defaults();
            for parameter in &PARAMETERS {
                prop_assert_eq!(lean.effective(parameter.name), request.effective(parameter.name));
            }
        }

        #[test]
        fn no_text_makes_reading_panic(json in ".{0,200}") {
            let _ = read(&json);
        }

        #[test]
        fn bare_base64_drops_the_prefix(base64 in "[A-Za-z0-9+/]{0,80}={0,2}") {
            prop_assert_eq!(bare_base64(&base64), base64.as_str());
            let with_prefix = format!("data:image/svg+xml;charset=utf-8;base64,{base64}");
            prop_assert_eq!(bare_base64(&with_prefix), base64.as_str());
        }
    }

    #[test]
    fn null_is_absent_and_one_reference_is_a_list_of_one() {
        let request = read(r#"{"image":"abc","ref_images":null,"seed":7.0}"#).unwrap();
        assert_eq!(request.references(), &[] as &[String]);
        assert_eq!(request.whole(Name::Seed), Some(7));
        let request = read(r#"{"ref_images":"https://a.example/b.png"}"#).unwrap();
        assert_eq!(request.references(), ["https://a.example/b.png"]);
        assert_eq!(
            serde_json::to_string(&request).unwrap(),
            r#"{"ref_images":"https://a.example/b.png"}"#
        );
    }

    #[test]
    fn a_wrong_type_or_name_is_told_by_field() {
        for (json, field) in [
            (r#"{"seed":"7"}"#, "seed: "),
            (r#"{"seed":1.5}"#, "seed: "),
            (r#"{"fast":1}"#, "fast: "),
            (r#"{"prompt":["a"]}"#, "prompt: "),
            (r#"{"image":{}}"#, "image: "),
            (r#"{"ref_images":[1]}"#, "ref_images: "),
            (r#"{"promt":"a"}"#, "promt: no such parameter"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.starts_with(field), "{json} gave {error}");
        }
    }

    #[test]
    fn problems_name_their_parameter() {
        let problems = |json: &str| -> Vec<String> {
            read(json).unwrap().problems().iter().map(ToString::to_string).collect()
        };
        assert_eq!(problems(r#"{"image":"abc"}"#), [] as [&str; 0]);
        assert_eq!(problems("{}"), ["image: is missing"]);
        assert_eq!(problems(r#"{"image":"abc","prompt":" "}"#), ["prompt: is missing"]);
        assert_eq!(
            problems(r#"{"image":"abc","seed":-1}"#),
            ["seed: must be a whole number from 0 to 2147483647"]
        );
        assert_eq!(
            problems(r#"{"image":"abc","prompt":"","ref_images":"https://a.example"}"#),
            [""; 0]
        );
        let eleven = format!(r#"{{"image":"abc","ref_images":[{}]}}"#, ["\"a\""; 11].join(","));
        assert_eq!(problems(&eleven), ["ref_images: takes 1 to 10 pictures"]);
    }

    #[test]
    fn the_prompt_is_sent_even_when_it_is_the_default() {
        let request = read(r#"{"prompt":"In a parking lot","seed":1234,"fast":true}"#).unwrap();
        let lean = request.without_defaults();
        assert_eq!(
            serde_json::to_string(&lean).unwrap(),
            r#"{"prompt":"In a parking lot","fast":true}"#
        );
    }

    #[test]
    fn urls_and_colours() {
        assert!(is_url("https://a.example/b.png") && is_url("HTTP://a.example"));
        assert!(!is_url("ftp://a.example") && !is_url("iVBORw0KGgo") && !is_url("é"));
        assert!(is_hex_colour("#FF5733") && is_hex_colour(" #ff5733 "));
        assert!(!is_hex_colour("#fff") && !is_hex_colour("FF5733") && !is_hex_colour("#gg5733"));
    }
}
