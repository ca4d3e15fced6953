//! What a person has changed in the form, step by step, to undo and redo it.

use super::{Background, Session, Slot};
use crate::photo::Photo;
use crate::words;
use backdrop_contract::{Group, Name, PARAMETERS, Request};
use backdrop_steps::Steps;
use js_sys::Object;
use leptos::prelude::*;

/// How many steps can be undone.
const MOST: usize = 100;

/// What is typed into one field with less than this between two keys is one step, in milliseconds.
const PAUSE: f64 = 1_000.0;

/// All that a person can change in the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub settings: Request,
    pub background: Background,
    pub colour: String,
    pub count: u32,
    pub fresh_seed: bool,
    pub clean: bool,
    pub photo: Option<Photo>,
    pub references: Vec<Photo>,
}

impl Form {
    /// As it stands; follows every signal of it.
    pub fn of(session: Session) -> Self {
        Self {
            settings: session.settings.get(),
            background: session.background.get(),
            colour: session.colour.get(),
            count: session.count.get(),
            fresh_seed: session.fresh_seed.get(),
            clean: session.intake.get().clean,
            photo: session.photo.get(),
            references: session.references.get(),
        }
    }

    /// The one field that was typed into, where nothing else is different. A colour is the prompt.
    fn typed(&self, after: &Self) -> Option<Name> {
        let texts = [Name::Prompt, Name::NegativePrompt].into_iter();
        let one = texts.into_iter().find(|name| {
            let mut same = after.clone();
            same.settings.set(*name, self.settings.get(*name).cloned());
            same == *self
        });
        let mut same = after.clone();
        same.colour.clone_from(&self.colour);
        one.or((same == *self).then_some(Name::Prompt))
    }

    /// The same pictures, read once more, and nothing else is different.
    fn is_read_again(&self, after: &Self) -> bool {
        let (photo, references) = (self.photo.clone(), self.references.clone());
        let other = Self { photo, references, ..after.clone() };
        other == *self
            && are_same(self.photo.as_slice(), after.photo.as_slice())
            && are_same(&self.references, &after.references)
    }

    /// What is different, in a word or two.
    fn change(&self, after: &Self) -> &'static str {
        let mut names = PARAMETERS
            .iter()
            .map(|row| row.name)
            .filter(|name| self.settings.get(*name) != after.settings.get(*name))
            // A seed that is not kept is nobody's setting.
            .filter(|name| *name != Name::Seed || self.fresh_seed == after.fresh_seed);
        let changed = [
            (!are_same(self.photo.as_slice(), after.photo.as_slice()))
                .then_some(words::group(Group::Photo)),
            (!are_same(&self.references, &after.references))
                .then_some(words::parameter(Name::RefImages).label),
            (self.background != after.background).then_some(words::group(Group::Background)),
            (self.colour != after.colour).then_some(words::COLOUR),
            (self.count != after.count).then_some(words::PICTURES),
            (self.fresh_seed != after.fresh_seed).then_some(words::KEEP_SEED),
            (self.clean != after.clean).then_some(words::CLEAN),
            names.next().map(|name| words::parameter(name).label),
            names.next().map(|_| words::SEVERAL_SETTINGS),
        ];
        let mut changed = changed.into_iter().flatten();
        match (changed.next(), changed.next()) {
            (Some(one), None) => one,
            _ => words::SEVERAL_SETTINGS,
        }
    }
}

/// Whether these are the same pictures, or come from the same files.
fn are_same(one: &[Photo], other: &[Photo]) -> bool {
    let from_same = |one: &Photo, other: &Photo| {
        one.file().zip(other.file()).is_some_and(|(one, other)| Object::is(one, other))
    };
    let mut pairs = one.iter().zip(other);
    one.len() == other.len() && pairs.all(|(one, other)| one == other || from_same(one, other))
}

/// The steps of one studio's form. Copies are handles to the same.
#[derive(Clone, Copy)]
pub struct Edits {
    session: Session,
    course: StoredValue<Course, LocalStorage>,
    can_undo: RwSignal<bool>,
    can_redo: RwSignal<bool>,
    /// What is said beside the form as a whole, until it is closed or something else is said; each
    /// line a paragraph.
    pub says: RwSignal<String>,
    /// Whether the form can be emptied there.
    pub afresh: RwSignal<bool>,
}

struct Course {
    steps: Steps<Form, Name>,
    /// When something was changed last.
    last: f64,
    /// Whether the photo is being read once more, with its metadata or without.
    unsettled: bool,
}

impl Edits {
    /// Those of this studio, from when somebody first asks for them until it goes: a view may be drawn
    /// anew meanwhile. None when it is gone.
    pub fn of(session: Session) -> Option<Self> {
        let owner = session.owner.try_get_value()?.upgrade()?;
        Some(owner.with(|| {
            use_context().unwrap_or_else(|| {
                let edits = untrack(|| Self::new(session));
                provide_context(edits);
                edits
            })
        }))
    }

    fn new(session: Session) -> Self {
        let steps = Steps::new(Form::of(session), MOST);
        let edits = Self {
            session,
            course: StoredValue::new_local(Course { steps, last: 0.0, unsettled: false }),
            can_undo: RwSignal::new(false),
            can_redo: RwSignal::new(false),
            says: RwSignal::new(String::new()),
            afresh: RwSignal::new(false),
        };
        Effect::new(move |_| edits.note(Form::of(session)));
        edits
    }

    fn note(self, now: Form) {
        let running = self.session.run.with_untracked(super::Run::is_running);
        let arriving = self.session.arriving.get_untracked();
        let at = super::now();
        self.course.update_value(|Course { steps, last, unsettled }| {
            let paused = at - *last > PAUSE;
            *last = at;
            let settles = *unsettled && arriving;
            *unsettled = arriving && (settles || steps.now().clean != now.clean);
            let mut seeded = steps.now().clone();
            seeded.settings.set(Name::Seed, now.settings.get(Name::Seed).cloned());
            // A press of the button takes a new seed by itself.
            let by_itself = running && now.fresh_seed && seeded == now;
            // No step may lead to where the switch says other than what the photo is.
            if settles || by_itself || steps.now().is_read_again(&now) {
                return steps.replace(now);
            }
            if paused {
                steps.close();
            }
            let typed = steps.now().typed(&now);
            steps.note(now, typed);
        });
        self.tell();
    }

    /// What the form holds now is where it begins.
    pub fn begin_here(self) {
        self.course.update_value(|course| {
            course.steps.replace(untrack(|| Form::of(self.session)));
        });
    }

    fn tell(self) {
        let can =
            self.course.with_value(|Course { steps, .. }| (steps.can_undo(), steps.can_redo()));
        for (signal, can) in [(self.can_undo, can.0), (self.can_redo, can.1)] {
            if signal.get_untracked() != can {
                signal.set(can);
            }
        }
    }

    pub fn can_undo(self) -> bool {
        self.can_undo.get()
    }

    pub fn can_redo(self) -> bool {
        self.can_redo.get()
    }

    /// What is changed from here on is a step of its own: a field was left.
    pub fn close(self) {
        self.course.try_update_value(|course| course.steps.close());
    }

    pub fn undo(self) {
        self.go(Steps::undo, words::undone);
    }

    pub fn redo(self) {
        self.go(Steps::redo, words::redone);
    }

    fn go(
        self,
        step: fn(&mut Steps<Form, Name>) -> Option<&Form>,
        says: fn(words::Language, &'static str) -> String,
    ) {
        // What was typed just now may not be noted yet.
        self.note(untrack(|| Form::of(self.session)));
        let went = self.course.try_update_value(|Course { steps, .. }| {
            let before = steps.now().clone();
            step(steps).map(|after| (before.change(after), after.clone()))
        });
        let Some((change, form)) = went.flatten() else { return };
        untrack(|| self.session.put(form));
        // What the page around has locked stays as it was.
        self.begin_here();
        self.tell();
        self.session.say_again(says(self.session.language, change));
    }
}

impl Session {
    /// Puts another form in this one's place, but for what the page around keeps to itself.
    pub fn put(self, form: Form) {
        for row in &PARAMETERS {
            self.set(row.name, form.settings.get(row.name).cloned());
        }
        // Set again, what shows it would be drawn anew.
        if self.background.get() != form.background && self.offers(form.background) {
            self.background.set(form.background);
        }
        if self.is_open(Name::Prompt) {
            self.colour.set(form.colour);
        }
        self.count.set(form.count);
        self.fresh_seed.set(form.fresh_seed);
        if self.is_open(Name::Image) {
            self.put_photo(form.photo);
        }
        if self.is_open(Name::RefImages) {
            self.put_references(form.references);
        }
        if form.clean != self.intake.get().clean {
            // The photo comes as it was then; references may not have been read so far.
            self.intake.update(|intake| intake.clean = form.clean);
            self.read_references_again();
        }
    }

    /// Says something to a screen reader even if it was said just before.
    pub fn say_again(self, text: String) {
        self.said.set(String::new());
        request_animation_frame(move || {
            self.said.try_set(text);
        });
    }

    /// Another photo, or none, in this one's place, as it was read before.
    fn put_photo(self, photo: Option<Photo>) {
        if self.photo.with(|now| *now == photo) {
            return;
        }
        self.drop_picture(Slot::Photo);
        if let Some(photo) = photo {
            self.photo_size.set(photo.size);
            self.photo.set(Some(photo));
            self.offer_smaller();
        }
    }

    fn put_references(self, references: Vec<Photo>) {
        if self.references.with(|now| *now != references) {
            self.drop_picture(Slot::Reference);
            self.references.set(references);
            self.offer_smaller();
        }
    }
}
