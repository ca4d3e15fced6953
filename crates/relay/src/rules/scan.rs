//! Reads a body while it passes. What is small is kept and read by the contract; a picture's base64
//! is looked at and goes through. The last byte of a body comes out only when all of it is right.

use super::{Rules, Urls};
use crate::failed::Failed;
use crate::order::unreadable;
use axum::body::Bytes;
use axum::http::StatusCode;
use backdrop_contract::{Kind, Name, Request, is_url};
use std::sync::Arc;

/// The longest text, name or number that is kept, in bytes as it is written.
const LONGEST: usize = 64 << 10;

/// A picture whose text is longer than this is base64: it is checked and not kept.
const LONGEST_ADDRESS: usize = 16 << 10;

/// An address in a body, and the parameter that it is for.
pub type Address = (Name, String);

/// Where the reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    /// After `{`.
    FirstKey,
    /// After a `,` between members.
    NextKey,
    /// In a name, its first quote behind.
    Key,
    Colon,
    Value,
    Text,
    /// In a picture's text that is still short.
    Picture,
    /// In a picture's text that is base64.
    Base64,
    /// In a number, `true`, `false` or `null`.
    Scalar,
    /// After `[`.
    FirstOfList,
    /// After a `,` in a list.
    NextOfList,
    /// After an entry of a list.
    InList,
    /// After a member's value.
    Member,
    End,
}

/// The reader of one body.
pub struct Scan {
    rules: Arc<Rules>,
    at: At,
    /// What is read of a name, a text or a number.
    token: Vec<u8>,
    /// The last byte was a backslash in a text.
    escaped: bool,
    name: Option<Name>,
    seen: Vec<Name>,
    listed: bool,
    /// The body once more, with stand-ins for pictures.
    lean: Vec<u8>,
    /// The prompt as it was written, without its quotes.
    prompt: Option<String>,
    addresses: Vec<Address>,
    out: Vec<u8>,
    /// Members that are out.
    members: usize,
    written: u64,
    length: Option<u64>,
}

impl Scan {
    pub(super) fn new(rules: Arc<Rules>, length: Option<u64>) -> Self {
        let length = length.map(|length| length + rules.growth());
        Self {
            rules,
            at: At::Start,
            token: Vec::new(),
            escaped: false,
            name: None,
            seen: Vec::new(),
            listed: false,
            lean: Vec::new(),
            prompt: None,
            addresses: Vec::new(),
            out: Vec::new(),
            members: 0,
            written: 0,
            length,
        }
    }

    /// How long the outcome will be, if that is known: spaces fill it up.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Reads a piece; returns what goes on. A piece from the middle of a picture goes on as it is.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn pass(&mut self, piece: Bytes) -> Result<Bytes, Failed> {
        let replaced = self.name.is_some_and(|name| self.rules.replaces(name));
        if self.at == At::Base64 && !self.escaped && !replaced && plain(&piece) == piece.len() {
            self.written += piece.len() as u64;
            return Ok(piece);
        }
        self.push(&piece).map(Bytes::from)
    }

    /// Reads a piece; returns what goes on.
    ///
    /// # Errors
    /// 400 for what is no JSON or no parameter; 413 for a text that is too long.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Failed> {
        self.out.reserve(bytes.len() + 64);
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            at += self.read(rest)?;
        }
        self.written += self.out.len() as u64;
        Ok(std::mem::take(&mut self.out))
    }

    /// The end: what the rules add, and the last byte. Beside it the addresses that are still to
    /// be checked.
    ///
    /// # Errors
    /// 400 for everything that the contract's table or a rule is against.
    pub fn finish(mut self) -> Result<(Vec<u8>, Vec<Address>), Failed> {
        if self.at != At::End {
            return Err(Failed::bad("the body is not JSON: it ends too soon"));
        }
        let rules = Arc::clone(&self.rules);
        let sent: Request =
            serde_json::from_slice(&self.lean).map_err(|error| unreadable(&error))?;
        let request = rules.check(sent)?;
        if let Some(prompt) = rules.framed(self.prompt.as_deref(), &request) {
            self.member(&prompt);
        }
        for written in &rules.written {
            self.member(written);
        }
        if self.members == 0 {
            self.out.push(b'{');
        }
        if let Some(length) = self.length {
            let left = length.checked_sub(self.written + self.out.len() as u64 + 1);
            let left = left.and_then(|left| usize::try_from(left).ok());
            let left = left.ok_or_else(|| Failed::own_fault("the request has grown too long"))?;
            self.out.resize(self.out.len() + left, b' ');
        }
        self.out.push(b'}');
        Ok((self.out, self.addresses))
    }

    /// Reads one byte, or as many as belong together; returns how many.
    fn read(&mut self, bytes: &[u8]) -> Result<usize, Failed> {
        let byte = bytes[0];
        match self.at {
            At::Key | At::Text | At::Picture => return self.text(bytes),
            At::Base64 => return self.base64(bytes),
            At::Scalar if !b",}] \t\r\n".contains(&byte) => {
                self.keep(&[byte])?;
                return Ok(1);
            }
            At::Scalar => {
                // The byte itself is read next.
                self.scalar()?;
                return Ok(0);
            }
            _ if b" \t\r\n".contains(&byte) => return Ok(1),
            _ => {}
        }
        self.at = match (self.at, byte) {
            (At::Start, b'{') => {
                self.lean.push(b'{');
                At::FirstKey
            }
            (At::Start, _) => return Err(Failed::bad("the body: must be an object of parameters")),
            (At::FirstKey, b'}') | (At::Member, b'}') => {
                self.lean.push(b'}');
                At::End
            }
            (At::FirstKey | At::NextKey, b'"') => self.open(At::Key),
            (At::Colon, b':') => At::Value,
            (At::Value, _) => self.value(byte)?,
            (At::FirstOfList | At::NextOfList, b'"') => self.open(At::Picture),
            (At::FirstOfList | At::InList, b']') => {
                self.lean.push(b']');
                self.emit(b"]");
                self.listed = false;
                At::Member
            }
            (At::FirstOfList | At::NextOfList, _) => return Err(self.wrong("[0]")),
            (At::InList, b',') => {
                self.lean.push(b',');
                self.emit(b",");
                At::NextOfList
            }
            (At::Member, b',') => {
                self.lean.push(b',');
                At::NextKey
            }
            _ => return Err(not_json()),
        };
        Ok(1)
    }

    fn open(&mut self, at: At) -> At {
        self.token.clear();
        self.token.push(b'"');
        self.escaped = false;
        at
    }

    /// A value's first byte.
    fn value(&mut self, byte: u8) -> Result<At, Failed> {
        let kind = self.name.map(|name| name.parameter().kind);
        Ok(match (byte, kind) {
            (b'"', Some(Kind::Image | Kind::Images { .. })) => self.open(At::Picture),
            (b'"', _) => self.open(At::Text),
            (b'[', Some(Kind::Images { .. })) => {
                self.listed = true;
                self.lean.push(b'[');
                self.lead();
                self.emit(b"[");
                At::FirstOfList
            }
            (b'[', _) => return Err(self.wrong("[]")),
            (b'{', _) => return Err(self.wrong("{}")),
            (b'-' | b'0'..=b'9' | b't' | b'f' | b'n', _) => {
                self.token.clear();
                self.token.push(byte);
                At::Scalar
            }
            _ => return Err(Failed::bad(format!("{}: expected value", self.wire()))),
        })
    }

    /// The rest of a text that is kept, or the beginning of it.
    fn text(&mut self, bytes: &[u8]) -> Result<usize, Failed> {
        let room = if self.at == At::Picture { LONGEST_ADDRESS } else { LONGEST };
        for (at, byte) in bytes.iter().enumerate() {
            if self.escaped {
                self.escaped = false;
            } else if *byte == b'\\' {
                self.escaped = true;
            } else if *byte == b'"' {
                self.keep(&bytes[..=at])?;
                self.text_ends()?;
                return Ok(at + 1);
            }
            if self.token.len() + at >= room && self.at == At::Picture {
                self.keep(&bytes[..=at])?;
                self.long()?;
                return Ok(at + 1);
            }
        }
        self.keep(bytes)?;
        Ok(bytes.len())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Failed> {
        if self.token.len() + bytes.len() > LONGEST + 2 {
            let what = self.name.map_or("a name", Name::wire);
            let text = format!("{what}: is too long: at most {} kB", LONGEST >> 10);
            return Err(Failed::new(StatusCode::PAYLOAD_TOO_LARGE, text));
        }
        self.token.extend_from_slice(bytes);
        Ok(())
    }

    fn text_ends(&mut self) -> Result<(), Failed> {
        let text: String =
            serde_json::from_slice(&self.token).map_err(|error| self.unfit(&error))?;
        let token = std::mem::take(&mut self.token);
        self.at = match self.at {
            At::Key => {
                self.key(&text)?;
                self.lean.extend_from_slice(&token);
                self.lean.push(b':');
                At::Colon
            }
            At::Picture => {
                self.picture(text)?;
                self.lean.extend_from_slice(if token.len() > 2 { br#""x""# } else { br#""""# });
                self.lead_unless_listed();
                self.emit(&token);
                self.after_entry()
            }
            _ => {
                self.lean.extend_from_slice(&token);
                if self.name == Some(Name::Prompt) {
                    let inner = token.get(1..token.len() - 1).unwrap_or_default();
                    self.prompt = String::from_utf8(inner.to_owned()).ok();
                }
                self.lead();
                self.emit(&token);
                At::Member
            }
        };
        Ok(())
    }

    fn key(&mut self, key: &str) -> Result<(), Failed> {
        let name = Name::of(key).ok_or_else(|| Failed::bad(format!("{key}: no such parameter")))?;
        if self.seen.contains(&name) {
            return Err(Failed::bad(format!("{key}: is there twice")));
        }
        self.seen.push(name);
        self.name = Some(name);
        Ok(())
    }

    /// A number, `true`, `false` or `null` is complete.
    fn scalar(&mut self) -> Result<(), Failed> {
        let token = std::mem::take(&mut self.token);
        self.lean.extend_from_slice(&token);
        // The endpoint is never sent a null: it stands for nothing.
        if token != b"null" {
            self.lead();
            self.emit(&token);
        }
        self.at = At::Member;
        Ok(())
    }

    /// A short picture: an address, or a very small file.
    fn picture(&mut self, text: String) -> Result<(), Failed> {
        let Some(name) = self.name else { return Ok(()) };
        let is_url = is_url(text.trim());
        match self.rules.urls {
            Urls::Refuse if is_url => {
                let text = "addresses are not taken here; choose the file itself";
                return Err(Failed::bad(format!("{}: {text}", name.wire())));
            }
            Urls::Public if is_url => self.addresses.push((name, text)),
            _ if !is_url && !is_base64(text.as_bytes()) => return Err(self.no_base64()),
            _ => {}
        }
        Ok(())
    }

    /// A picture's text has become too long for an address.
    fn long(&mut self) -> Result<(), Failed> {
        let token = std::mem::take(&mut self.token);
        let mut start = token.get(1..).unwrap_or_default();
        if let Some(comma) = start.iter().position(|byte| *byte == b',')
            && start.starts_with(b"data:")
            && !start[..comma].contains(&b'\\')
        {
            start = &start[comma + 1..];
        }
        self.escaped = false;
        for byte in start {
            self.base64_byte(*byte)?;
        }
        self.lead_unless_listed();
        self.emit(&token);
        self.at = At::Base64;
        Ok(())
    }

    /// The rest of base64, or a part of it.
    fn base64(&mut self, bytes: &[u8]) -> Result<usize, Failed> {
        let mut end = 0;
        while let Some(byte) = bytes.get(end) {
            if !self.escaped && is_plain(*byte) {
                end += plain(&bytes[end..]);
                continue;
            }
            end += 1;
            if *byte == b'"' && !self.escaped {
                self.emit(&bytes[..end]);
                self.lean.extend_from_slice(br#""x""#);
                self.at = self.after_entry();
                return Ok(end);
            }
            self.base64_byte(*byte)?;
        }
        self.emit(&bytes[..end]);
        Ok(end)
    }

    /// One byte of base64 as it is written in JSON: some tools break its lines, or write `\/`.
    fn base64_byte(&mut self, byte: u8) -> Result<(), Failed> {
        let fits = match self.escaped {
            true => b"/nrt".contains(&byte),
            false => byte == b'\\' || is_plain(byte),
        };
        self.escaped = !self.escaped && byte == b'\\';
        if fits { Ok(()) } else { Err(self.no_base64()) }
    }

    fn after_entry(&self) -> At {
        if self.listed { At::InList } else { At::Member }
    }

    /// A member's beginning, unless its value is replaced.
    fn lead(&mut self) {
        let Some(name) = self.name.filter(|name| !self.rules.replaces(*name)) else { return };
        self.begin_member();
        self.out.push(b'"');
        self.out.extend_from_slice(name.wire().as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    fn lead_unless_listed(&mut self) {
        if !self.listed {
            self.lead();
        }
    }

    fn emit(&mut self, bytes: &[u8]) {
        if self.name.is_some_and(|name| !self.rules.replaces(name)) {
            self.out.extend_from_slice(bytes);
        }
    }

    /// A whole member, as it is written.
    fn member(&mut self, written: &str) {
        self.begin_member();
        self.out.extend_from_slice(written.as_bytes());
    }

    fn begin_member(&mut self) {
        self.out.push(if self.members == 0 { b'{' } else { b',' });
        self.members += 1;
    }

    /// A text that is none, by the parameter's name if it is a value.
    fn unfit(&self, error: &serde_json::Error) -> Failed {
        let failed = unreadable(error);
        match failed.text.split_once(": ") {
            Some((_, why)) if self.at != At::Key => Failed::bad(format!("{}: {why}", self.wire())),
            _ => failed,
        }
    }

    /// The name of the parameter that is read.
    fn wire(&self) -> &'static str {
        self.name.map_or("the body", Name::wire)
    }

    /// A value of a kind that the parameter does not take, in the contract's words.
    fn wrong(&self, value: &str) -> Failed {
        let name = self.name.map_or("", Name::wire);
        match serde_json::from_str::<Request>(&format!("{{\"{name}\":{value}}}")) {
            Err(error) => unreadable(&error),
            Ok(_) => not_json(),
        }
    }

    fn no_base64(&self) -> Failed {
        Failed::bad(format!("{}: is not base64 text", self.wire()))
    }
}

fn not_json() -> Failed {
    Failed::bad("the body is not JSON")
}

/// Bytes that base64 may hold anywhere, and some tools' blanks and other alphabet. Without
/// branches, so that many are looked at in one step.
#[inline(always)]
fn is_plain(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // `/` stands before the digits, and `-` before `.`, which is none.
    let digit = byte.wrapping_sub(b'/') < 11;
    let other = (byte == b'+') | (byte == b'=') | (byte == b'-') | (byte == b'_') | (byte == b' ');
    letter | digit | other
}

/// How many bytes are plain before the first that is not.
fn plain(bytes: &[u8]) -> usize {
    let whole = |piece: &&[u8]| piece.iter().fold(true, |all, byte| all & is_plain(*byte));
    let mut at = bytes.chunks_exact(64).take_while(whole).count() * 64;
    while bytes.get(at).is_some_and(|byte| is_plain(*byte)) {
        at += 1;
    }
    at
}

fn is_base64(text: &[u8]) -> bool {
    let bare = match text.iter().position(|byte| *byte == b',') {
        Some(comma) if text.starts_with(b"data:") => &text[comma + 1..],
        _ => text,
    };
    bare.iter().all(|byte| is_plain(*byte) || b"\t\r\n".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn plain_bytes_are_base64s_and_blanks() {
        let all = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ ";
        for byte in 0..=255 {
            assert_eq!(is_plain(byte), all.contains(&byte), "{byte}");
        }
        for at in 0..200 {
            let mut bytes = vec![b'A'; 200];
            bytes[at] = b'"';
            assert_eq!(plain(&bytes), at);
        }
        assert_eq!(plain(&[b'A'; 130]), 130);
    }

    fn rules(flags: &[&str]) -> Arc<Rules> {
        let of = |flag: &str| -> Vec<String> {
            let pairs = flags.chunks(2).filter(|pair| pair[0] == flag);
            pairs.map(|pair| pair[1].to_owned()).collect()
        };
        let urls = match of("urls").first().map(String::as_str) {
            Some("refuse") => Urls::Refuse,
            Some("public") => Urls::Public,
            _ => Urls::Any,
        };
        let template = of("template");
        let template = template.first().map(String::as_str);
        let rules = Rules::new(&of("set"), &of("forbid"), template, urls).unwrap();
        Arc::new(rules)
    }

    /// Sends a body in pieces of this size; the text that comes out has the length that was told.
    fn scanned(
        flags: &[&str],
        body: &[u8],
        piece: usize,
    ) -> Result<(String, Vec<Address>), String> {
        let mut scan = rules(flags).scan(Some(body.len() as u64));
        let length = scan.length().unwrap();
        let mut out = Vec::new();
        for piece in body.chunks(piece) {
            out.extend(scan.push(piece).map_err(|failed| failed.text)?);
        }
        assert!(serde_json::from_slice::<Value>(&out).is_err(), "whole before the end");
        let (last, addresses) = scan.finish().map_err(|failed| failed.text)?;
        out.extend(last);
        assert_eq!(out.len() as u64, length);
        Ok((String::from_utf8(out).unwrap(), addresses))
    }

    fn sent(flags: &[&str], body: &str) -> Value {
        let (text, _) = scanned(flags, body.as_bytes(), 7).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    fn refused(flags: &[&str], body: &str) -> String {
        let whole = scanned(flags, body.as_bytes(), usize::MAX).unwrap_err();
        let bytes = scanned(flags, body.as_bytes(), 1).unwrap_err();
        assert_eq!(whole, bytes);
        whole
    }

    #[test]
    fn what_is_set_stands_in_place_of_what_was_sent() {
        let flags = ["set", "fast=true", "set", "seed=7", "set", "negative_prompt=a \"b\""];
        let all = json!({ "image": "YWI=", "fast": true, "seed": 7, "negative_prompt": "a \"b\"" });
        assert_eq!(sent(&flags, r#"{"image":"YWI="}"#), all);
        assert_eq!(sent(&flags, r#"{"fast":false,"image":"YWI=","seed":8}"#), all);
        assert_eq!(sent(&flags, r#"{"f\u0061st":false,"image":"YWI=","seed":null}"#), all);
    }

    #[test]
    fn a_frame_is_put_around_the_prompt() {
        let flags = ["template", "A \"big\" {prompt}, in studio light"];
        let framed = |words: &str| json!(format!("A \"big\" {words}, in studio light"));
        let body = r#"{"prompt":"red \"box\"\n\u00e9","image":"YWI="}"#;
        assert_eq!(sent(&flags, body)["prompt"], framed("red \"box\"\né"));
        assert_eq!(sent(&flags, r#"{"image":"YWI="}"#)["prompt"], framed("In a parking lot"));
        let reference = r#"{"image":"YWI=","ref_images":"YWI="}"#;
        assert_eq!(sent(&flags, reference).get("prompt"), None);
        assert_eq!(refused(&flags, r#"{"image":"YWI=","prompt":" "}"#), "prompt: is missing");
        // Without the place for words it is the prompt.
        let fixed = ["template", "on marble"];
        assert_eq!(sent(&fixed, r#"{"image":"YWI=","prompt":"sea"}"#)["prompt"], "on marble");
    }

    #[test]
    fn each_wrong_request_is_told_by_its_field() {
        let flags = ["forbid", "seed", "urls", "refuse"];
        for (body, start) in [
            ("", "the body is not JSON"),
            ("{", "the body is not JSON"),
            ("[]", "the body: must be an object"),
            ("{}}", "the body is not JSON"),
            ("{} x", "the body is not JSON"),
            (r#"{"image":"YWI=",}"#, "the body is not JSON"),
            (r#"{,"image":"YWI="}"#, "the body is not JSON"),
            (r#"{"image" "YWI="}"#, "the body is not JSON"),
            (r#"{"image":"YWI=" "fast":true}"#, "the body is not JSON"),
            (r#"{"image":"YWI=","fast":tru}"#, "fast: "),
            (r#"{"image":"YWI=","fast":truefalse}"#, "the body is not JSON"),
            (r#"{"image":"YWI=","fast":true]"#, "the body is not JSON"),
            (r#"{"image":"\x"}"#, "image: invalid escape"),
            (r#"{"image":NaN}"#, "image: expected value"),
            ("{}", "image: is missing"),
            (r#"{"image":""}"#, "image: is missing"),
            (r#"{"image":null}"#, "image: is missing"),
            (r#"{"image":5}"#, "image: invalid type"),
            (r#"{"image":["YWI="]}"#, "image: invalid type"),
            (r#"{"image":{"a":1}}"#, "image: invalid type"),
            (r#"{"image":"YWI=","prompt":{"a":{"b":[]}}}"#, "prompt: invalid type"),
            (r#"{"image":"YWI=","seed":1.5}"#, "seed: invalid type"),
            (r#"{"image":"YWI=","seed":7}"#, "seed: is fixed by this site"),
            (r#"{"image":"YWI=","ref_images":[]}"#, "ref_images: takes 1 to 10"),
            (r#"{"image":"YWI=","ref_images":[7]}"#, "ref_images: invalid type"),
            (r#"{"image":"YWI=","ref_images":[["YWI="]]}"#, "ref_images: invalid type"),
            (r#"{"image":"YWI=","ref_images":["YWI=",]}"#, "ref_images: invalid type"),
            (r#"{"image":"YWI=","promt":"sea"}"#, "promt: no such parameter"),
            (r#"{"image":"YWI=","image":"YWI="}"#, "image: is there twice"),
            (r#"{"image":"https://a.example/b.png"}"#, "image: addresses are not taken"),
            (r#"{"image":" HTTP\u003a//a.example"}"#, "image: addresses are not taken"),
            (r#"{"image":"file:///etc/passwd"}"#, "image: is not base64 text"),
            (r#"{"image":"//a.example/b.png"}"#, "image: is not base64 text"),
            (r#"{"image":"YWI=","ref_images":["YWI=","ftp://a"]}"#, "ref_images: is not base64"),
        ] {
            let text = refused(&flags, body);
            assert!(text.starts_with(start), "{body} gave {text}");
            assert!(!text.contains(" line "), "{text}");
        }
        let invalid = [&br#"{"image":"YWI=","prompt":""#[..], b"\xff", br#""}"#].concat();
        assert!(scanned(&flags, &invalid, 3).unwrap_err().starts_with("prompt: invalid unicode"));
        let long = format!(r#"{{"prompt":"{}","image":"YWI="}}"#, "a".repeat(LONGEST + 1));
        assert!(refused(&flags, &long).starts_with("prompt: is too long"));
        assert!(
            refused(&flags, &format!(r#"{{"{}":1}}"#, "a".repeat(LONGEST + 1)))
                .contains("too long")
        );
    }

    #[test]
    fn large_pictures_go_through_and_are_still_looked_at() {
        let long = "QUJD".repeat(20_000);
        for dress in ["", "data:image/png;base64,"] {
            for (written, read) in [("", ""), ("\\/\\n", "/\n")] {
                let body = format!(
                    r#"{{ "ref_images":["{dress}{long}{written}", "{long}"] , "image" : "{dress}{long}{written}{long}","fast":true}}"#
                );
                for piece in [1, 1000, usize::MAX] {
                    let (text, _) = scanned(&["urls", "refuse"], body.as_bytes(), piece).unwrap();
                    let value: Value = serde_json::from_str(&text).unwrap();
                    assert!(value["image"] == format!("{dress}{long}{read}{long}"));
                    assert!(value["ref_images"] == json!([format!("{dress}{long}{read}"), long]));
                    assert_eq!(value["fast"], true);
                }
            }
        }
        for start in ["https://a.example/", "\\u0068ttp://a/", "file:///", "data:a", "a\\", "é"] {
            let body = format!(r#"{{"image":"{start}{long}"}}"#);
            assert_eq!(refused(&[], &body), "image: is not base64 text", "{start}");
        }
        for end in ["\\u0000", "\u{1}", "é", "\\x", "."] {
            let body = format!(r#"{{"image":"{long}{end}"}}"#);
            assert_eq!(refused(&[], &body), "image: is not base64 text", "{end}");
        }
    }

    #[test]
    fn addresses_are_handed_out_for_checking() {
        let body =
            r#"{"image":"https://a.example/\u0062","ref_images":["YWI=","http://c.example"]}"#;
        let (_, addresses) = scanned(&["urls", "public"], body.as_bytes(), 5).unwrap();
        let expected = [
            (Name::Image, "https://a.example/b".to_owned()),
            (Name::RefImages, "http://c.example".to_owned()),
        ];
        assert_eq!(addresses, expected);
        // Refused for another reason, whatever the rules: what is no base64 and no web address.
        let body = r#"{"image":"ftp://a.example"}"#;
        assert_eq!(refused(&["urls", "public"], body), "image: is not base64 text");
        assert_eq!(refused(&[], body), "image: is not base64 text");
    }

    proptest! {
        /// Whatever passes means the same to the contract afterwards, however it is cut.
        #[test]
        fn what_passes_is_unchanged(
            image in "[A-Za-z0-9+/]{1,30}",
            prompt in prop::option::of(".{0,20}"),
            references in prop::option::of(prop::collection::vec("[A-Za-z0-9]{1,9}", 1..4)),
            seed in prop::option::of(any::<u32>()),
            pretty: bool,
            piece in 1..50usize,
        ) {
            let mut body = json!({ "image": image });
            if let Some(prompt) = &prompt { body["prompt"] = json!(prompt); }
            if let Some(references) = &references { body["ref_images"] = json!(references); }
            if let Some(seed) = seed { body["seed"] = json!(seed); }
            let text = if pretty { serde_json::to_string_pretty(&body) } else { serde_json::to_string(&body) };
            let text = text.unwrap();
            let plain = serde_json::from_str::<Request>(&text).unwrap();
            match scanned(&[], text.as_bytes(), piece) {
                Ok((out, _)) => prop_assert_eq!(serde_json::from_str::<Request>(&out).unwrap(), plain),
                Err(_) => prop_assert!(!plain.problems().is_empty()),
            }
        }

        #[test]
        fn nothing_makes_it_panic_or_pass_what_json_does_not(
            body in prop::collection::vec(prop::sample::select(
                vec!["{", "}", "[", "]", ",", ":", "\"", "\\", "image", "\"image\"", "\"YWI=\"", "fast",
                     "true", "null", "1", " ", "\"ref_images\""]), 0..24),
            piece in 1..9usize,
        ) {
            let body = body.concat();
            if let Ok((out, _)) = scanned(&[], body.as_bytes(), piece) {
                prop_assert!(serde_json::from_str::<Request>(&out).is_ok());
                prop_assert!(serde_json::from_str::<Request>(&body).is_ok(), "{} passed", body);
            }
        }
    }
}
