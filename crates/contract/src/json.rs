//! A JSON value read without knowing its shape.

/// Any JSON. Replies come in many shapes, and one unexpected type must not hide the rest, so they
/// are read as a tree. The page copies it from what the browser parsed.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Switch(bool),
    Number(f64),
    Text(String),
    /// A text too long to be copied, as a picture in base64 is: how it starts, and its number among
    /// such texts of the reply, which stay where they are.
    Long {
        start: String,
        at: usize,
    },
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Json {
    /// The value under a key; none unless this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The text, or the start of a long one, unless it is blank or this is no text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Long { start: text, .. } => {
                (!text.trim().is_empty()).then_some(text)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(on) => Self::Switch(on),
            Value::Number(number) => Self::Number(number.as_f64().unwrap()),
            Value::String(text) => Self::Text(text),
            Value::Array(list) => Self::List(list.into_iter().map(Self::from).collect()),
            Value::Object(map) => {
                Self::Map(map.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}
