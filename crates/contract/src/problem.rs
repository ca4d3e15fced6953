//! What can be wrong with a request before it is sent.

use crate::parameters::{Kind, Name};
use std::fmt;

/// A parameter that breaks a rule. Displays as `seed: must be a whole number from 0 to 10`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {rule}", parameter.wire())]
pub struct Problem {
    pub parameter: Name,
    pub rule: Rule,
}

/// A rule that a value can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    Missing,
    /// Not a value of this kind.
    Type(Kind),
    Bounds {
        least: i64,
        most: i64,
    },
    Count {
        most: usize,
    },
    /// Neither a hex colour nor, where the engine answers, transparency.
    Colour,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Bounds { least, most } => {
                write!(f, "must be a whole number from {least} to {most}")
            }
            Self::Count { most } => write!(f, "takes 1 to {most} pictures"),
            Self::Colour => f.write_str("must be a colour such as #ff5733"),
            Self::Type(kind) => f.write_str(match kind {
                Kind::Image => "a URL or base64 text",
                Kind::Images { .. } => "a URL or base64 text, or a list of them",
                Kind::Text { .. } => "text",
                Kind::Whole { .. } => "a whole number",
                Kind::Switch => "true or false",
            }),
        }
    }
}
