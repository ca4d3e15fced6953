//! From what the form holds to a request.

use super::Session;
use crate::endpoint::Answers;
use backdrop_contract::{Matters, Name, Problem, Request, Rule, TRANSPARENT, Value, is_hex_colour};
use leptos::prelude::*;

/// How the person says what the new background is. The endpoint wants one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    /// In words.
    Describe,
    /// Like another picture.
    Reference,
    /// One colour, sent as a hex prompt.
    Colour,
    /// In words and like another picture: only a page around that gave both offers it.
    Both,
}

impl Background {
    /// Whether a parameter of the background group belongs to this way of saying it.
    pub fn takes(self, name: Name) -> bool {
        match name {
            Name::Prompt | Name::NegativePrompt => matches!(self, Self::Describe | Self::Both),
            Name::RefImages => matches!(self, Self::Reference | Self::Both),
            _ => true,
        }
    }
}

impl Session {
    /// Sets a parameter; none goes back to the default. What the page around locked stays.
    pub fn set(self, name: Name, value: Option<Value>) {
        if !untrack(|| self.is_open(name)) {
            return;
        }
        self.settings.update(|settings| settings.set(name, value));
    }

    /// The request as the form stands, without the pictures.
    pub fn request(self) -> Request {
        let mut request = self.settings.get();
        let background = self.background.get();
        request.set(Name::RefImages, None);
        let prompt = match background {
            Background::Describe | Background::Both => request.effective(Name::Prompt),
            Background::Reference => None,
            Background::Colour => Some(Value::Text(self.colour.get())),
        };
        request.set(Name::Prompt, prompt);
        if !background.takes(Name::NegativePrompt) {
            request.set(Name::NegativePrompt, None);
        }
        request.without_defaults()
    }

    /// What keeps the form from being sent, in the table's order.
    pub(super) fn problems(self) -> Vec<Problem> {
        // The pictures are held beside the request; something stands for them while it is checked.
        let held = || "held".to_owned();
        let mut request = self.request();
        let has = self.photo.with(Option::is_some) || self.queued.get() > 0;
        let photo = has.then(|| Value::Text(held()));
        request.set(Name::Image, photo);
        if self.background.get().takes(Name::RefImages) {
            let list = self.references_sent().iter().map(|_| held()).collect();
            request.set(Name::RefImages, Some(Value::List(list)));
        }
        let mut problems = request.problems();
        if self.background.get() == Background::Colour && !self.has_colour() {
            problems.push(Problem { parameter: Name::Prompt, rule: Rule::Colour });
        }
        problems
    }

    /// Whether the colour is one that whoever answers understands.
    fn has_colour(self) -> bool {
        let colour = self.colour.get();
        is_hex_colour(&colour) || colour == TRANSPARENT && self.answers.with(Answers::is_engine)
    }

    /// What is wrong with a parameter, once the person has tried to send.
    pub fn problem(self, name: Name) -> Option<Problem> {
        if !self.attempted.get() {
            return None;
        }
        self.problems().into_iter().find(|problem| problem.parameter == name)
    }

    /// Whether the host that photos go to has this parameter.
    pub fn takes(self, name: Name) -> bool {
        self.connection.with(|to| to.dialect().takes(name))
    }

    /// Whether a parameter has an effect as the form stands.
    pub fn matters(self, name: Name) -> bool {
        let takes = |name| self.background.get().takes(name);
        match name.parameter().matters {
            Matters::Always => true,
            Matters::WhenNotFast => !self.settings.with(|settings| settings.is_on(Name::Fast)),
            Matters::WithPrompt => takes(Name::Prompt),
            Matters::WithReference => takes(Name::RefImages),
            Matters::WithAlpha => {
                self.photo.with(|photo| photo.as_ref().is_none_or(|p| p.may_be_transparent()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Connection;
    use crate::photo::{Address, Photo};
    use wasm_bindgen_test::wasm_bindgen_test;

    /// Runs against a session of its own, which ends with the test.
    fn with_session(test: impl FnOnce(Session)) {
        let _ = any_spawner::Executor::init_wasm_bindgen();
        let owner = Owner::new();
        owner.with(|| test(Session::new(Connection::through_site("/v1/none".into()))));
        owner.cleanup();
    }

    fn photo() -> Option<Photo> {
        Some(Photo::of_address(Address::read("https://a.example/b.png").unwrap()))
    }

    fn missing(session: Session) -> Vec<Name> {
        untrack(|| session.problems()).iter().map(|problem| problem.parameter).collect()
    }

    #[wasm_bindgen_test]
    fn each_way_of_saying_the_background_sends_its_own_parameters() {
        with_session(|session| {
            let request = || untrack(|| session.request());
            session.set(Name::NegativePrompt, Some(Value::Text("people".into())));
            assert_eq!(request().text(Name::Prompt), Some("In a parking lot"));
            assert_eq!(request().text(Name::NegativePrompt), Some("people"));
            session.background.set(Background::Colour);
            session.colour.set("#ff5733".into());
            assert_eq!(request().text(Name::Prompt), Some("#ff5733"));
            assert_eq!(request().get(Name::NegativePrompt), None);
            session.background.set(Background::Reference);
            assert_eq!(request().get(Name::Prompt), None);
        });
    }

    #[wasm_bindgen_test]
    fn nothing_is_sent_without_its_pictures_and_words() {
        with_session(|session| {
            assert_eq!(missing(session), [Name::Image]);
            session.photo.set(photo());
            assert_eq!(missing(session), []);
            session.set(Name::Prompt, Some(Value::Text("  ".into())));
            assert_eq!(missing(session), [Name::Prompt]);
            session.background.set(Background::Reference);
            assert_eq!(missing(session), [Name::RefImages]);
            session.references.set(photo().into_iter().collect());
            assert_eq!(missing(session), []);
            session.set(Name::Seed, Some(Value::Whole(-1)));
            assert_eq!(missing(session), [Name::Seed]);
            session.set(Name::Seed, None);
            session.background.set(Background::Colour);
            for (colour, answers, sendable) in [
                ("#ff5733", Answers::Unknown, true),
                ("reddd", Answers::ThisMachine, false),
                ("transparent", Answers::ThisMachine, true),
                ("transparent", Answers::Unknown, false),
            ] {
                session.colour.set(colour.into());
                session.answers.set(answers);
                assert_eq!(missing(session).is_empty(), sendable, "{colour}");
            }
        });
    }

    #[wasm_bindgen_test]
    fn what_has_no_effect_is_known() {
        with_session(|session| {
            let matters = |name| untrack(|| session.matters(name));
            assert!(matters(Name::NegativePrompt) && !matters(Name::EnhanceRefImages));
            session.set(Name::Fast, Some(Value::Switch(true)));
            assert!(!matters(Name::NegativePrompt));
            session.background.set(Background::Reference);
            assert!(matters(Name::EnhanceRefImages) && !matters(Name::RefinePrompt));
        });
    }
}
