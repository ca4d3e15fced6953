//! The fields of the body, in each language.

use super::quote;
use crate::dialect::Dialect;
use crate::format::Format;
use crate::parameters::{Name, Value};
use std::slice;

/// Where a snippet finds a picture.
#[derive(Clone, Copy, Debug)]
pub enum Picture<'a> {
    /// In a file of this name, in the current folder.
    File(&'a str, Format),
    /// At an address, which is sent as it is.
    Url(&'a str),
}

/// One field of the body. Several contents are a list.
pub(super) struct Field {
    pub wire: &'static str,
    pub contents: Vec<Content>,
}

pub(super) enum Content {
    Value(Value),
    /// A file's base64 behind a prefix, which is empty or `data:…;base64,`.
    File {
        name: String,
        prefix: String,
    },
}

/// The pictures first, as a reader expects them; then the rest in the table's order.
pub(super) fn fields(call: &super::Call<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for (name, pictures) in
        [(Name::Image, slice::from_ref(&call.image)), (Name::RefImages, call.references)]
    {
        if let (Some(wire), false) = (call.dialect.wire(name), pictures.is_empty()) {
            let contents = pictures.iter().map(|picture| content(call.dialect, *picture));
            fields.push(Field { wire, contents: contents.collect() });
        }
    }
    for (wire, value) in call.dialect.fields(call.request).0 {
        fields.push(Field { wire, contents: vec![Content::Value(value)] });
    }
    fields
}

impl Field {
    /// Writes what it holds: one as it is, several between brackets.
    fn each(&self, out: &mut String, mut one: impl FnMut(&Content, &mut String)) {
        let list = self.contents.len() > 1;
        let mut before = if list { "[" } else { "" };
        for content in &self.contents {
            out.push_str(before);
            one(content, out);
            before = ", ";
        }
        if list {
            out.push(']');
        }
    }
}

fn content(dialect: Dialect, picture: Picture<'_>) -> Content {
    match picture {
        Picture::Url(url) => Content::Value(Value::Text(url.to_owned())),
        Picture::File(name, format) => {
            let prefix = match dialect.host().data_uris {
                true => format!("data:{};base64,", format.mime()),
                false => String::new(),
            };
            // What no name on a disk can hold.
            let name = name.chars().map(|c| if matches!(c, '/' | '\0') { '_' } else { c });
            Content::File { name: name.collect(), prefix }
        }
    }
}

/// How a language writes fields.
pub(super) struct Grammar {
    pub quote: fn(&str, &mut String),
    pub yes: &'static str,
    pub no: &'static str,
    /// What stands before and after a name, and after a value.
    pub around: [&'static str; 3],
    /// What stands around a file's quoted name, so that it is the file's base64.
    pub file: [&'static str; 2],
    /// What stands before, between and after a prefix and that.
    pub prefixed: [&'static str; 3],
}

impl Grammar {
    pub fn write(&self, fields: &[Field], out: &mut String) {
        let [before, between, after] = self.around;
        for field in fields {
            push(out, &[before, field.wire, between]);
            field.each(out, |content, out| match content {
                Content::Value(value) => self.value(value, out),
                Content::File { name, prefix } => {
                    let [start, middle, end] =
                        if prefix.is_empty() { [""; 3] } else { self.prefixed };
                    push(out, &[start, prefix, middle, self.file[0]]);
                    (self.quote)(name, out);
                    push(out, &[self.file[1], end]);
                }
            });
            out.push_str(after);
        }
    }

    fn value(&self, value: &Value, out: &mut String) {
        match value {
            Value::Text(text) => (self.quote)(text, out),
            Value::Whole(number) => out.push_str(&number.to_string()),
            Value::Switch(on) => out.push_str(if *on { self.yes } else { self.no }),
            // One goes as a string, as the request itself has it.
            Value::List(list) if list.len() == 1 => (self.quote)(&list[0], out),
            Value::List(list) => {
                out.push('[');
                for (at, one) in list.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    (self.quote)(one, out);
                }
                out.push(']');
            }
        }
    }
}

/// The literals of JSON.
pub(super) const JSON: Grammar = Grammar {
    quote: quote::json,
    yes: "true",
    no: "false",
    around: ["    ", ": ", ",\n"],
    file: ["(await encoded(", "))"],
    prefixed: ["\"", "\" + ", ""],
};

/// The body alone, with a word in the place of a file.
pub(super) fn json(fields: &[Field], out: &mut String) {
    let mut before = "{\n  \"";
    for field in fields {
        push(out, &[before, field.wire, "\": "]);
        before = ",\n  \"";
        field.each(out, |content, out| match content {
            Content::Value(value) => JSON.value(value, out),
            Content::File { name, prefix } => {
                quote::json(&format!("{prefix}<base64 of {name}>"), out);
            }
        });
    }
    out.push_str("\n}\n");
}

/// For a shell, in pieces: text by `printf`, files by `base64` without its line breaks. A photo is
/// longer than an argument may be.
pub(super) fn pieces(fields: &[Field], out: &mut String) {
    let mut text = String::new();
    let mut before = "{\"";
    for field in fields {
        push(&mut text, &[before, field.wire, "\":"]);
        before = ",\"";
        field.each(&mut text, |content, text| match content {
            Content::Value(value) => JSON.value(value, text),
            Content::File { name, prefix } => {
                push(text, &["\"", prefix]);
                piece(text, out);
                out.push_str("    base64 < ");
                quote::shell(name, out);
                out.push_str(" | tr -d '\\n'\n");
                text.clear();
                text.push('"');
            }
        });
    }
    text.push('}');
    piece(&text, out);
}

fn piece(text: &str, out: &mut String) {
    out.push_str("    printf '%s' ");
    quote::shell(text, out);
    out.push('\n');
}

fn push(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}
