//! Tells the class what happens in the studio: all events come from here.

use super::progress::Progress;
use super::told;
use crate::photo::Photo;
use crate::session::{Listener, Outcome, Run, Sending, Session};
use crate::words;
use backdrop_contract::{Failure, Name, Request};
use js_sys::{Function, Object};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

pub struct Host {
    session: Session,
    tell: Function,
    /// The request that was sent last.
    sent: RefCell<Request>,
    /// What the page knows of the form.
    known: RefCell<Form>,
}

/// What a person can change: the parameters, and which pictures are chosen.
type Form = (Request, Option<String>, Vec<String>);

impl Host {
    pub fn new(session: Session, tell: Function) -> Rc<Self> {
        let host =
            Rc::new(Self { session, tell, sent: RefCell::default(), known: RefCell::default() });
        session.listen(host.clone());
        host
    }

    /// Follows the signals, until their owner ends.
    pub fn follow(self: &Rc<Self>, owner: &Owner) {
        owner.with(|| {
            let host = StoredValue::new_local(self.clone());
            Effect::new(move |_| host.with_value(|host| host.tell_input()));
            Effect::new(move |before| host.with_value(|host| host.tell_progress(before)));
            Effect::new(move |before: Option<_>| {
                host.with_value(|host| host.tell_value(before.as_ref()))
            });
        });
    }

    /// What the form holds now is known.
    pub fn heard(&self) {
        *self.known.borrow_mut() = untrack(|| self.form());
    }

    pub fn invalid(&self, name: Name) {
        let message = self.session.said.get_untracked();
        let _ = self.tell("error", &told::invalid(name, &message));
    }

    fn form(&self) -> Form {
        let url = |photo: &Photo| photo.url().to_owned();
        let photo = self.session.photo.with(|photo| photo.as_ref().map(url));
        let references = self.session.references.with(|all| all.iter().map(url).collect());
        (self.session.request(), photo, references)
    }

    fn tell_input(&self) {
        let form = self.form();
        if *self.known.borrow() != form {
            let parameters = told::parameters(&form.0);
            *self.known.borrow_mut() = form;
            let _ = self.tell("input", &told::object([("parameters", parameters)]));
        }
    }

    fn tell_progress(&self, before: Option<Option<Progress>>) -> Option<Progress> {
        let progress = self.session.run.with(Progress::of);
        if let Some(progress) = progress.filter(|now| before != Some(Some(*now))) {
            let _ = self.tell("progress", &progress.told());
        }
        progress
    }

    /// The form's value is the picture that is seen.
    fn tell_value(
        &self,
        before: Option<&(Option<Blob>, &'static str)>,
    ) -> (Option<Blob>, &'static str) {
        let outcome = self.session.outcome();
        let state = self.session.run.with(|run| match (run, &outcome) {
            (Run::Running { .. } | Run::Waiting { .. }, _) => "busy",
            (Run::Failed(_), _) => "error",
            (_, Some(_)) => "done",
            (_, None) => "empty",
        });
        let now = (outcome.as_ref().and_then(|outcome| outcome.picture.blob().cloned()), state);
        if before != Some(&now) {
            let _ = self.tell(
                "value",
                &told::object([
                    ("blob", now.0.clone().map_or(JsValue::NULL, JsValue::from)),
                    ("name", outcome.map(|outcome| outcome.file_name()).into()),
                    ("state", state.into()),
                ]),
            );
        }
        now
    }

    /// What a listener throws, the browser reports by itself; this throws only where it says so.
    fn tell(&self, kind: &str, detail: &Object) -> Result<JsValue, JsValue> {
        self.tell.call2(&JsValue::NULL, &kind.into(), detail)
    }
}

impl Listener for Host {
    fn sending(&self, sending: Sending) -> Result<Option<Sending>, String> {
        let detail = told::object([("parameters", told::parameters(&sending.request))]);
        let answer = self.tell("send", &detail).map_err(|error| {
            let error: js_sys::Error = error.unchecked_into();
            String::from(error.message())
        })?;
        if !answer.is_object() {
            return Ok(None);
        }
        let parameters: Object = answer.unchecked_into();
        let picture =
            |name| Some(told::value(&parameters, name)).filter(|picture| picture.is_truthy());
        let request = told::request(&parameters);
        self.sent.replace(request.clone());
        let image = picture(Name::Image);
        let references = picture(Name::RefImages).map(JsCast::unchecked_into);
        Ok(Some(Sending { request, image, references }))
    }

    fn done(&self, outcome: &Outcome) {
        let detail = told::result(outcome, &self.sent.borrow());
        let _ = self.tell("result", &detail);
    }

    fn failed(&self, failure: &Failure) {
        let own_key = self.session.connection.with_untracked(|to| to.key().is_some());
        let words = words::failure(failure.kind, own_key);
        let _ = self.tell("error", &told::error(failure, self.session.say(words.title)));
    }
}
