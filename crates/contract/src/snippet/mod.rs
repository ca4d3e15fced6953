//! A request as code that runs: what a developer would write to get the same picture.

mod body;
mod quote;

pub use body::Picture;

use crate::dialect::{Answer, Dialect};
use crate::request::Request;
use body::{Content, Field, Grammar};

/// What a snippet is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    Curl,
    Python,
    JavaScript,
    Rust,
    /// The body alone.
    Json,
}

impl Language {
    pub const ALL: [Self; 5] = [Self::Curl, Self::Python, Self::JavaScript, Self::Rust, Self::Json];
}

/// The request that a snippet makes.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub dialect: Dialect,
    /// The endpoint's absolute address.
    pub address: &'a str,
    /// Whether a key is sent, which the snippet takes from the environment.
    pub with_key: bool,
    /// Without its pictures.
    pub request: &'a Request,
    pub image: Picture<'a>,
    pub references: &'a [Picture<'a>],
}

/// The file that a snippet writes the picture to.
pub const RESULT: &str = "result.png";

const PYTHON: Grammar = Grammar {
    yes: "True",
    no: "False",
    around: ["        \"", "\": ", ",\n"],
    file: ["encoded(", ")"],
    ..body::JSON
};

const RUST: Grammar = Grammar {
    quote: quote::rust,
    around: ["            \"", "\": ", ",\n"],
    file: ["encoded(", ")?"],
    prefixed: ["format!(\"", "{}\", ", ")"],
    ..body::JSON
};

/// The code, ending in a line break.
#[must_use]
pub fn snippet(call: &Call<'_>, language: Language) -> String {
    let fields = body::fields(call);
    let mut out = String::new();
    let (template, grammar, quote): (_, _, fn(&str, &mut String)) = match language {
        Language::Curl => (include_str!("curl.txt"), None, quote::shell),
        Language::Python => (include_str!("python.txt"), Some(PYTHON), quote::json),
        Language::JavaScript => (include_str!("javascript.txt"), Some(body::JSON), quote::json),
        Language::Rust => (include_str!("rust.txt"), Some(RUST), quote::rust),
        Language::Json => {
            body::json(&fields, &mut out);
            return out;
        }
    };
    let host = call.dialect.host();
    let way = match host.answer {
        Answer::Bytes => "",
        Answer::Url(way) | Answer::DataUri(way) => way,
    };
    // A mark stands for a text, or begins a part that is there in some cases only and ends at `§.`.
    let mut skips = false;
    for (at, part) in template.split('§').enumerate() {
        let (mark, rest) = part.split_at_checked(usize::from(at > 0)).unwrap_or((part, ""));
        match mark {
            "" => {}
            "." => skips = false,
            _ if skips => {}
            "a" => quote(call.address, &mut out),
            "h" => out.push_str(host.key_header),
            "p" => out.push_str(host.key_prefix),
            "v" => out.push_str(host.key_variable),
            "w" => out.push_str(way),
            "f" => match &grammar {
                Some(grammar) => grammar.write(&fields, &mut out),
                None => body::pieces(&fields, &mut out),
            },
            case => skips = !is_case(case, call, &fields),
        }
        if !skips {
            out.push_str(rest);
        }
    }
    out
}

/// Whether a part of a template is wanted.
fn is_case(case: &str, call: &Call<'_>, fields: &[Field]) -> bool {
    let host = call.dialect.host();
    let prefix = !host.key_prefix.is_empty();
    let reads = || {
        let mut contents = fields.iter().flat_map(|field| &field.contents);
        contents.any(|content| matches!(content, Content::File { .. }))
    };
    let answer = match host.answer {
        Answer::Bytes => "b",
        Answer::Url(_) => "u",
        Answer::DataUri(_) => "d",
    };
    match case {
        // A key; one with nothing before it, one with something.
        "k" => call.with_key,
        "n" => call.with_key && !prefix,
        "x" => call.with_key && prefix,
        // JSON; files that are read, base64 that is made or read.
        "j" => answer != "b",
        "r" => reads(),
        "e" => answer == "d" || reads(),
        _ => case == answer,
    }
}
