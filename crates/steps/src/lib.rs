//! Undo and redo of anything that can be compared. A crate of its own, as what the page's crate has
//! runs in a browser only, and this is tested with thousands of cases.

use std::collections::VecDeque;

/// The states that something went through, the one that holds, and those that were undone.
#[derive(Clone, Debug)]
pub struct Steps<T, F> {
    past: VecDeque<T>,
    now: T,
    future: Vec<T>,
    /// What the last step changed, while a further change of the same belongs to it.
    open: Option<F>,
    most: usize,
}

impl<T: PartialEq, F: PartialEq> Steps<T, F> {
    /// Begins with `now`; at most so many steps can be undone, the oldest are forgotten.
    pub fn new(now: T, most: usize) -> Self {
        Self { past: VecDeque::new(), now, future: Vec::new(), open: None, most }
    }

    /// The state that holds.
    pub fn now(&self) -> &T {
        &self.now
    }

    /// Something has changed it. What changes the same `field` as the last step belongs to that step,
    /// unless [`Steps::close`] came between; a change of no one field is a step of its own.
    pub fn note(&mut self, now: T, field: Option<F>) {
        if now == self.now {
            return;
        }
        let merges = field.is_some() && field == self.open;
        let before = std::mem::replace(&mut self.now, now);
        self.future.clear();
        if !merges {
            self.past.push_back(before);
            if self.past.len() > self.most {
                self.past.pop_front();
            }
        } else if self.past.back() == Some(&self.now) {
            // Typed and taken back: nothing is left to undo.
            self.past.pop_back();
            self.open = None;
            return;
        }
        self.open = field;
    }

    /// It has changed by itself: that is no step, and undoing does not bring it back.
    pub fn replace(&mut self, now: T) {
        self.now = now;
    }

    /// What is changed from here on is a step of its own.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// Goes a step back, and gives what holds then; none where there is no step.
    pub fn undo(&mut self) -> Option<&T> {
        let before = self.past.pop_back()?;
        self.future.push(std::mem::replace(&mut self.now, before));
        self.open = None;
        Some(&self.now)
    }

    /// Goes forward again, as far as it was gone back and nothing else was changed.
    pub fn redo(&mut self) -> Option<&T> {
        let after = self.future.pop()?;
        self.past.push_back(std::mem::replace(&mut self.now, after));
        self.open = None;
        Some(&self.now)
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What can happen to a form of two fields and a choice.
    #[derive(Clone, Debug)]
    enum Act {
        Type(usize, u8),
        Choose(u8),
        Pause,
        Undo,
        Redo,
    }

    type Form = ([u8; 2], u8);

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            6 => (0..2_usize, 0..4_u8).prop_map(|(field, to)| Act::Type(field, to)),
            2 => (0..3_u8).prop_map(Act::Choose),
            2 => Just(Act::Pause),
            4 => Just(Act::Undo),
            3 => Just(Act::Redo),
        ]
    }

    fn perform(steps: &mut Steps<Form, usize>, act: &Act) {
        let mut form = *steps.now();
        match *act {
            Act::Type(field, to) => {
                form.0[field] = to;
                steps.note(form, Some(field));
            }
            Act::Choose(to) => {
                form.1 = to;
                steps.note(form, None);
            }
            Act::Pause => steps.close(),
            Act::Undo => drop(steps.undo().copied()),
            Act::Redo => drop(steps.redo().copied()),
        }
    }

    proptest! {
        #[test]
        fn undo_and_redo_are_each_others_opposites(acts in prop::collection::vec(act(), 0..60)) {
            let mut steps = Steps::new(Form::default(), 20);
            for act in &acts {
                perform(&mut steps, act);
            }
            let (here, ahead) = (*steps.now(), steps.future.clone());
            let mut back = 0;
            let mut seen = vec![here];
            while let Some(now) = steps.undo() {
                seen.push(*now);
                back += 1;
            }
            prop_assert!(!steps.can_undo());
            for before in seen.iter().rev().skip(1) {
                prop_assert_eq!(steps.redo(), Some(before));
            }
            prop_assert_eq!(*steps.now(), here);
            prop_assert_eq!(&steps.future, &ahead);
            prop_assert_eq!(steps.past.len(), back);
            if steps.undo().is_some() {
                prop_assert_eq!(steps.redo(), Some(&here));
            }
        }

        #[test]
        fn no_more_is_kept_than_was_said(
            acts in prop::collection::vec(act(), 0..200), most in 0..6_usize,
        ) {
            let mut steps = Steps::new(Form::default(), most);
            for act in &acts {
                perform(&mut steps, act);
                prop_assert!(steps.past.len() + steps.future.len() <= most);
            }
        }

        #[test]
        fn each_step_back_changes_something(acts in prop::collection::vec(act(), 0..60)) {
            let mut steps = Steps::new(Form::default(), 100);
            for act in &acts {
                perform(&mut steps, act);
            }
            let mut now = *steps.now();
            while let Some(before) = steps.undo() {
                prop_assert_ne!(*before, now);
                now = *before;
            }
            prop_assert_eq!(now, Form::default());
        }

        #[test]
        fn what_is_typed_into_a_field_is_one_step(typed in prop::collection::vec(1..9_u8, 1..30)) {
            let mut steps = Steps::new(Form::default(), 100);
            for (at, to) in typed.iter().enumerate() {
                // Never what it was: each key changes something, and none takes it back.
                let now = ([to + u8::try_from(at % 2).unwrap_or_default() * 10, 0], 0);
                steps.note(now, Some(0));
            }
            prop_assert_eq!(steps.past.len(), 1);
            steps.close();
            steps.note(([99, 0], 0), Some(0));
            prop_assert_eq!(steps.past.len(), 2);
            steps.note(([99, 1], 0), Some(1));
            prop_assert_eq!(steps.past.len(), 3);
        }

        #[test]
        fn a_change_after_undo_leaves_nothing_to_redo(acts in prop::collection::vec(act(), 0..40)) {
            let mut steps = Steps::new(Form::default(), 100);
            for act in &acts {
                perform(&mut steps, act);
            }
            steps.undo();
            let other = ([77, 77], 77);
            steps.note(other, None);
            prop_assert!(!steps.can_redo());
            prop_assert_eq!(steps.redo(), None);
            prop_assert_eq!(*steps.now(), other);
        }
    }

    #[test]
    fn what_changes_by_itself_is_no_step() {
        let mut steps = Steps::<u8, ()>::new(1, 9);
        steps.note(2, None);
        steps.replace(3);
        assert_eq!(steps.undo(), Some(&1));
        assert_eq!(steps.redo(), Some(&3));
        assert!(!steps.can_redo());
    }
}
