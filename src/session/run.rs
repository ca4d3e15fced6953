//! One press of the button: reading, sending, waiting, and what comes of it.

use super::Session;
use crate::endpoint::{self, Answers, Phase, Picture};
use crate::photo::{Photo, Source};
use crate::words;
use backdrop_contract::{Failure, FailureKind, Name};
use leptos::prelude::*;
use web_sys::AbortController;

/// What is going on.
#[derive(Clone, Debug, PartialEq)]
pub enum Run {
    Idle,
    /// Since `started`, in milliseconds of the page's clock.
    Running {
        phase: Phase,
        started: f64,
    },
    Failed(Failure),
}

impl Run {
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running { .. })
    }

    pub(super) fn forget_failure(&mut self) {
        if matches!(self, Self::Failed(_)) {
            *self = Self::Idle;
        }
    }
}

/// A picture with what made it.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub picture: Picture,
    /// The photo it was made from.
    pub photo: Photo,
    pub seed: i64,
    /// From the press to the picture, in milliseconds.
    pub took: u32,
    /// Who was asked.
    pub answers: Answers,
}

impl Outcome {
    /// The name of a download: after the photo.
    pub fn file_name(&self) -> String {
        format!("{}-backdrop.{}", self.photo.stem(), self.picture.format.extension())
    }

    pub(super) fn as_photo(&self) -> Photo {
        let Picture { blob, format, url, .. } = self.picture.clone();
        Photo { source: Source::File { blob, format, url }, name: self.file_name() }
    }
}

impl Session {
    /// Sends the form. While a request runs, nothing more is sent.
    ///
    /// # Errors
    /// The first parameter that keeps it from being sent.
    pub fn send(self) -> Result<(), Name> {
        if self.run.with_untracked(Run::is_running) {
            return Ok(());
        }
        self.attempted.set(true);
        if let Some(problem) = untrack(|| self.problems()).first() {
            self.said.set(words::problem(problem));
            return Err(problem.parameter);
        }
        self.attempted.set(false);
        self.notice.set(String::new());
        let (Some(photo), Ok(abort)) = (self.photo.get_untracked(), AbortController::new()) else {
            return Err(Name::Image);
        };
        self.abort.set_value(Some(abort.clone()));
        let started = now();
        let phase = move |phase| self.run.set(Run::Running { phase, started });
        phase(Phase::Reading);
        self.said.set(words::WORKING.into());
        let request = untrack(|| self.request());
        let seed = request.whole(Name::Seed).unwrap_or_default();
        let connection = self.connection.get_untracked();
        let answers = self.answers.get_untracked();
        let reference = match request.get(Name::Prompt) {
            None => self.reference.get_untracked(),
            Some(_) => None,
        };
        self.spawn(async move {
            let outcome = async {
                let gone = |_| Failure::of_kind(FailureKind::FileGone);
                let image = photo.wire().await.map_err(gone)?;
                let reference = match reference {
                    Some(reference) => Some(reference.wire().await.map_err(gone)?),
                    None => None,
                };
                let body = endpoint::body(&request, &image, reference.as_ref())
                    .map_err(|_| Failure::of_kind(FailureKind::BadRequest))?;
                endpoint::send(&connection, body, &abort.signal(), phase).await
            };
            match outcome.await {
                Ok(picture) => {
                    let took = milliseconds(now() - started);
                    self.keep(Outcome { picture, photo, seed, took, answers });
                }
                Err(failure) => self.fail(failure, &answers),
            }
        });
        Ok(())
    }

    /// Stops the request that runs, if one does.
    pub fn cancel(self) {
        let abort = self.abort.try_update_value(Option::take).flatten();
        if let Some(abort) = abort {
            // Without a reason: a reason that is no Error would be a panic in the fetch wrapper.
            abort.abort();
        }
    }

    /// The result that is shown.
    pub fn outcome(self) -> Option<Outcome> {
        let shown = self.shown.get()?;
        self.outcomes.with(|all| all.get(shown).cloned())
    }

    fn keep(self, outcome: Outcome) {
        // A photo chosen meanwhile stays on the stage.
        let current = self.is_photo(&outcome.photo);
        self.said.set(words::done(outcome.took, (!current).then_some(&outcome.photo.name)));
        self.outcomes.update(|all| all.push(outcome));
        if current {
            self.shown.set(self.outcomes.with_untracked(|all| all.len().checked_sub(1)));
        }
        self.run.set(Run::Idle);
        self.abort.set_value(None);
    }

    fn fail(self, failure: Failure, answers: &Answers) {
        self.abort.set_value(None);
        if failure.kind == FailureKind::Cancelled {
            let words = words::failure(failure.kind, false);
            self.said.set(words.title.into());
            self.run.set(Run::Idle);
            if !answers.is_engine() {
                self.notice.set(format!("{}. {}", words.title, words.remedy));
            }
        } else {
            self.run.set(Run::Failed(failure));
        }
    }
}

/// The page's clock, in milliseconds.
pub fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub fn milliseconds(span: f64) -> u32 {
    span as u32
}
