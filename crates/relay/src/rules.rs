//! What a site fixes: parameters that it sets or forbids, a frame around each prompt, and what
//! becomes of addresses. Each request is read by the contract's table while it passes, and stopped
//! before its end if it breaks a rule, or the table's: nobody pays for what cannot be made.

mod scan;

pub use scan::{Address, Scan};

use crate::failed::Failed;
use crate::order;
use backdrop_contract::{Kind, Name, PARAMETERS, Request, Value};
use serde_json::json;
use std::sync::Arc;

/// Where a template takes the person's words.
const PLACE: &str = "{prompt}";

/// What becomes of pictures that are given by address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Urls {
    /// Go on to the provider as they are
    Any,
    /// Must lie on the public internet
    Public,
    /// Are refused: only files are taken
    Refuse,
}

/// The rules of one site.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Values in place of the client's.
    set: Request,
    /// The same as they are written: `"fast":true`.
    written: Vec<String>,
    forbid: Vec<Name>,
    /// What stands before and after a prompt, as JSON text without quotes.
    frame: Option<(String, String)>,
    urls: Urls,
}

/// Why a rule cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    #[error("--set {0}: write it as NAME=VALUE")]
    Shape(String),
    #[error("{flag} {name}: no such parameter")]
    Unknown { flag: &'static str, name: String },
    #[error("--set {0}")]
    Value(String),
    #[error("{0}: both set and forbidden")]
    Both(&'static str),
}

impl Rules {
    /// Rules from flags. Where they ask for nothing the contract's table is left.
    ///
    /// # Errors
    /// [`BadRule`] for a name that the table does not have, or a value that it does not take.
    pub fn new(
        set: &[String],
        forbid: &[String],
        template: Option<&str>,
        urls: Urls,
    ) -> Result<Self, BadRule> {
        let mut rules = Self {
            set: Request::default(),
            written: Vec::new(),
            forbid: Vec::new(),
            frame: None,
            urls,
        };
        for name in forbid {
            rules.forbid.push(named("--forbid", name)?);
        }
        for pair in set {
            let (name, text) = pair.split_once('=').ok_or_else(|| BadRule::Shape(pair.clone()))?;
            rules.fix(named("--set", name)?, text)?;
        }
        match template.map(|template| (template, template.split_once(PLACE))) {
            Some((_, Some((before, after)))) => rules.frame = Some((bare(before), bare(after))),
            Some((fixed, None)) => rules.fix(Name::Prompt, fixed)?,
            None => {}
        }
        Ok(rules)
    }

    fn fix(&mut self, name: Name, text: &str) -> Result<(), BadRule> {
        let wire = name.wire();
        if self.forbid.contains(&name) {
            return Err(BadRule::Both(wire));
        }
        let value = match name.parameter().kind {
            Kind::Image | Kind::Images { .. } | Kind::Text { .. } => json!(text),
            Kind::Whole { .. } | Kind::Switch => {
                serde_json::from_str(text).unwrap_or_else(|_| json!(text))
            }
        };
        let bad = |why: String| BadRule::Value(why);
        let request: Request = serde_json::from_value(json!({ wire: value }))
            .map_err(|error| bad(error.to_string()))?;
        if let Some(problem) = request.problems().iter().find(|problem| problem.parameter == name) {
            return Err(bad(problem.to_string()));
        }
        let fixed = request.get(name).cloned();
        let fixed = fixed.ok_or_else(|| bad(format!("{wire}: null is no value")))?;
        self.set.set(name, Some(fixed));
        self.written.retain(|written| !written.starts_with(&format!("\"{wire}\":")));
        self.written.push(format!("{}:{value}", json!(wire)));
        Ok(())
    }

    /// Whether they ask for more than the table.
    #[must_use]
    pub fn ask_for_more(&self) -> bool {
        !self.written.is_empty()
            || !self.forbid.is_empty()
            || self.frame.is_some()
            || self.urls != Urls::Any
    }

    /// Whether pictures' addresses must be public.
    #[must_use]
    pub fn look_up_addresses(&self) -> bool {
        self.urls == Urls::Public
    }

    /// The reader of one body, which is `length` bytes long if that is known.
    #[must_use]
    pub fn scan(self: &Arc<Self>, length: Option<u64>) -> Scan {
        Scan::new(Arc::clone(self), length)
    }

    /// Whether the client's value is left out where it stands.
    fn replaces(&self, name: Name) -> bool {
        self.set.get(name).is_some() || (name == Name::Prompt && self.frame.is_some())
    }

    /// Checks what was read; the pictures in it may be stand-ins.
    pub(crate) fn check(&self, mut request: Request) -> Result<Request, Failed> {
        for name in &self.forbid {
            if request.get(*name).is_some() {
                let text = format!("{}: is fixed by this site; leave it out", name.wire());
                return Err(Failed::bad(text));
            }
        }
        for parameter in &PARAMETERS {
            if let Some(value) = self.set.get(parameter.name) {
                request.set(parameter.name, Some(value.clone()));
            }
        }
        order::without_problems(&request)?;
        Ok(request)
    }

    /// A prompt in its frame, as JSON text: from the text that was sent, without its quotes, or
    /// the endpoint's own default where neither words nor a picture say what is wanted.
    fn framed(&self, sent: Option<&str>, request: &Request) -> Option<String> {
        let (before, after) = self.frame.as_ref()?;
        if self.set.get(Name::Prompt).is_some() {
            return None;
        }
        let words = match (sent, request.effective(Name::Prompt)) {
            (Some(sent), _) => sent.to_owned(),
            (None, Some(Value::Text(default))) if request.references().is_empty() => bare(&default),
            _ => return None,
        };
        Some(format!("\"prompt\":\"{before}{words}{after}\""))
    }

    /// By how much a body may grow, at most.
    fn growth(&self) -> u64 {
        let set: usize = self.written.iter().map(|written| written.len() + 1).sum();
        let frame = self.frame.as_ref().map_or(0, |(before, after)| {
            let default = match Name::Prompt.parameter().default_value() {
                Some(Value::Text(default)) => bare(&default).len(),
                _ => 0,
            };
            before.len() + after.len() + default + r#","prompt":"""#.len()
        });
        (set + frame) as u64
    }
}

fn named(flag: &'static str, name: &str) -> Result<Name, BadRule> {
    Name::of(name.trim()).ok_or_else(|| BadRule::Unknown { flag, name: name.to_owned() })
}

/// A text as it stands in JSON, without its quotes.
fn bare(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}
