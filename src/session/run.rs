//! One press of the button: reading, sending, waiting, and what comes of it.

use super::{Outcome, Sending, Session, host};
use crate::endpoint::{self, Abort, Answers, Call, Connection, Phase, Picture};
use crate::keep::{Hold, Pending, Times};
use crate::photo::Photo;
use crate::rest::{Lost, Task, here};
use crate::words;
use backdrop_contract::{Failure, FailureKind, Name, Next, Request};
use js_sys::{Date, Math};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The usual deadline, in seconds.
pub const DEADLINE: u32 = 120;

/// What is going on.
#[derive(Clone, Debug, PartialEq)]
pub enum Run {
    Idle,
    /// Since `started`, in milliseconds of the page's clock.
    Running {
        phase: Phase,
        started: f64,
    },
    /// It failed and is sent again by itself in so many seconds.
    Waiting {
        kind: FailureKind,
        seconds: u32,
        started: f64,
    },
    Failed(Failure),
}

impl Run {
    /// Whether a request runs, or will by itself.
    pub fn is_running(&self) -> bool {
        self.started().is_some()
    }

    /// When the button was pressed, in milliseconds of the page's clock.
    pub fn started(&self) -> Option<f64> {
        match self {
            Self::Running { started, .. } | Self::Waiting { started, .. } => Some(*started),
            _ => None,
        }
    }

    pub(super) fn forget_failure(&mut self) {
        if matches!(self, Self::Failed(_)) {
            *self = Self::Idle;
        }
    }
}

/// The requests of one press of the button, as it was pressed.
pub struct Sent {
    sendings: Vec<Sending>,
    photo: Photo,
    references: Vec<Photo>,
    connection: Connection,
    answers: Answers,
    /// The first one's.
    abort: Abort,
    started: f64,
}

/// One of them.
struct One {
    sending: Sending,
    photo: Photo,
    references: Vec<Photo>,
    connection: Connection,
    answers: Answers,
    abort: Abort,
    started: f64,
    /// Its place among those that were asked for at once.
    place: usize,
}

/// A request on its way, and what it takes to collect its picture later.
pub(super) struct Attempt {
    pub call: Call,
    /// For a relay; the same each time that it is sent.
    pub name: Option<String>,
    started: f64,
    kept: Rc<RefCell<Keeping>>,
}

struct Keeping {
    pending: Pending,
    /// While it is kept, other tabs leave it alone.
    hold: Option<Hold>,
}

impl Session {
    /// Whether the form may be sent as it is; what is wrong with it is said.
    pub(super) fn check_form(self) -> Result<(), Name> {
        self.attempted.set(true);
        if let Some(problem) = untrack(|| self.problems()).first() {
            self.said.set(words::problem(self.language, problem));
            return Err(problem.parameter);
        }
        self.attempted.set(false);
        self.notice.set(String::new());
        Ok(())
    }

    /// Sends the form. While a request runs, nothing more is sent.
    ///
    /// # Errors
    /// The first parameter that keeps it from being sent.
    pub fn send(self) -> Result<(), Name> {
        if self.run.with_untracked(Run::is_running) {
            return Ok(());
        }
        if self.queued.get_untracked() > 0 {
            return here().map_or(Ok(()), |rest| (rest.press_queue)(self));
        }
        if self.waits_for_photo() {
            return Ok(());
        }
        self.check_form()?;
        if self.fresh_seed.get_untracked() {
            self.roll_seed();
        }
        let Some(sendings) = self.ask_page_for_all() else {
            return Ok(());
        };
        let photo = self.photo.get_untracked().ok_or(Name::Image)?;
        let started = now();
        let takes_references = self.background.get_untracked().takes(Name::RefImages);
        let references =
            if takes_references { untrack(|| self.references_sent()) } else { Vec::new() };
        let sent = Sent {
            sendings,
            photo,
            references,
            connection: self.connection.get_untracked(),
            answers: self.answers.get_untracked(),
            abort: self.begin(started),
            started,
        };
        self.said.set(self.say(words::WORKING).into());
        self.spawn(async move {
            // What sends also reads the answer: it is there before anything goes.
            let rest = self.rest().await;
            match rest {
                // It was cancelled meanwhile.
                _ if self.run.with_untracked(Run::started) != Some(started) => {}
                Ok(rest) => (rest.send)(self, sent).await,
                Err(Lost) => self.take_back(),
            }
        });
        Ok(())
    }

    /// From here on there is something to cancel.
    pub(super) fn begin(self, started: f64) -> Abort {
        let abort = Abort::new(f64::from(self.deadline.get_untracked()) * 1_000.0);
        self.aborts.update_value(|all| all.push(abort.clone()));
        self.run.set(Run::Running { phase: Phase::Reading, started });
        abort
    }

    /// Nothing was sent, as the part that sends has not come.
    fn take_back(self) {
        self.aborts.set_value(Vec::new());
        self.run.set(Run::Idle);
        if let Some(listener) = self.listener() {
            let text = Some(self.say(words::PART_MISSING).to_owned());
            listener.failed(&Failure { text, ..Failure::of_kind(FailureKind::Network) });
        }
    }

    /// What the page around makes of what is about to be sent; none if it forbids it or spoils it.
    pub(super) fn ask_page(self, request: Request) -> Option<Sending> {
        let sending = Sending { request, image: None, references: None };
        let Some(listener) = self.listener() else {
            return Some(sending);
        };
        match listener.sending(sending) {
            Ok(Some(sending)) => return Some(sending),
            Ok(None) => {
                self.notice.set(self.say(words::FORBIDDEN).into());
                listener.failed(&Failure::of_kind(FailureKind::Cancelled));
            }
            Err(text) => {
                let text = Some(text);
                let failure = Failure { text, ..Failure::of_kind(FailureKind::BadRequest) };
                self.run.set(Run::Failed(failure.clone()));
                listener.failed(&failure);
            }
        }
        None
    }

    /// Stops the requests that run, or that are waited to be sent.
    pub fn cancel(self) {
        // What would tell of it may still be on its way.
        if self.stop() && here().is_none() {
            self.run.set(Run::Idle);
            self.tell_cancelled(&self.answers.get_untracked());
            if let Some(listener) = self.listener() {
                listener.failed(&Failure::of_kind(FailureKind::Cancelled));
            }
        }
    }

    /// As [`Session::cancel`], where nobody is told; whether there was anything to stop.
    pub(super) fn stop(self) -> bool {
        let aborts = self.aborts.try_update_value(std::mem::take).unwrap_or_default();
        aborts.iter().for_each(Abort::stop);
        !aborts.is_empty()
    }

    /// The result that is shown.
    pub fn outcome(self) -> Option<Outcome> {
        let shown = self.shown.get()?;
        self.outcomes.with(|all| all.get(shown).cloned())
    }

    /// A request, and what is kept of it.
    pub(super) fn attempt(
        self,
        connection: Connection,
        abort: Abort,
        pending: Pending,
        started: f64,
    ) -> Attempt {
        let phase = move |phase| self.run.set(Run::Running { phase, started });
        // Without a key it is a relay, which lets the header through; a provider might not.
        let name = connection.key().is_none().then(|| pending.name.clone());
        let kept = Rc::new(RefCell::new(Keeping { pending, hold: None }));
        let keeping = kept.clone();
        let on_job = move |poll: &str| {
            let mut keeping = keeping.borrow_mut();
            if keeping.hold.is_none() || keeping.pending.poll != poll {
                poll.clone_into(&mut keeping.pending.poll);
                keeping.keep();
            }
        };
        let (phase, on_job) = (Rc::new(phase), Box::new(on_job));
        let call = Call { connection, abort, phase, on_job, mask: JsValue::UNDEFINED };
        Attempt { call, name, started, kept }
    }

    /// Sends, and sends again what may be sent again.
    async fn until_made(self, attempt: &Attempt, body: &JsValue) -> Result<Picture, Failure> {
        let mut tries = 1;
        loop {
            let sent = endpoint::send(&attempt.call, body, attempt.name.as_deref()).await;
            let failure = match sent {
                // On another origin a broken connection looks like an answer that is kept from pages.
                Err(failure)
                    if (failure.kind.is_open() || failure.kind == FailureKind::Blocked)
                        && attempt.name.is_some()
                        && attempt.can_be_asked() =>
                {
                    return self.ask_after(attempt, failure).await;
                }
                Err(failure) => failure,
                made => return made,
            };
            match failure.next(tries, Math::random()) {
                Next::Wait(wait) => self.wait(attempt, failure.kind, wait).await?,
                Next::Ask | Next::Stop => return Err(failure),
            }
            tries += 1;
        }
    }

    /// Counts down, and can be cancelled all the time.
    async fn wait(self, attempt: &Attempt, kind: FailureKind, wait: u32) -> Result<(), Failure> {
        let until = Date::now() + f64::from(wait);
        let title = words::failure(kind, false).title;
        self.said.set(words::sending_again(self.language, title, wait.div_ceil(1_000)));
        loop {
            let left = milliseconds((until - Date::now()).max(0.0));
            if left == 0 {
                break;
            }
            let seconds = left.div_ceil(1_000);
            let started = attempt.started;
            self.run.set(Run::Waiting { kind, seconds, started });
            attempt.call.abort.sleep(left - (seconds - 1) * 1_000).await?;
        }
        self.said.set(self.say(words::WORKING).into());
        Ok(())
    }

    /// Asks the relay what came of a request whose answer was lost.
    async fn ask_after(self, attempt: &Attempt, lost: Failure) -> Result<Picture, Failure> {
        let pending = attempt.pending();
        // The one that was lost may have ended by its deadline.
        let connection = attempt.call.connection.clone();
        let abort = self.begin(attempt.started);
        let again = self.attempt(connection, abort, pending.clone(), attempt.started);
        (again.call.phase)(Phase::Asking);
        self.said.set(self.say(words::ASKING_AFTER).into());
        match endpoint::collect(&again.call, &pending.poll).await {
            Err(failure) if failure.kind == FailureKind::JobGone => {
                attempt.forget();
                Err(Failure { kind: FailureKind::Unknowable, ..lost })
            }
            // Nobody answers still: it can be asked later.
            Err(Failure { kind, status: None, .. })
                if kind.is_open() || kind == FailureKind::Offline =>
            {
                Err(lost)
            }
            known => {
                attempt.forget();
                known
            }
        }
    }

    /// Shows what came of it, and keeps only what may still be collected. Gives back why there is no
    /// picture.
    pub(super) async fn end(
        self,
        attempt: &Attempt,
        answers: &Answers,
        made: Result<Picture, Failure>,
        outcome: impl FnOnce(Picture, Answers) -> Outcome,
    ) -> Option<Failure> {
        match made {
            Ok(picture) => {
                let outcome = outcome(picture, answers.clone());
                // It can be collected again until it is on disk.
                let kept = attempt.kept.clone();
                let then = move || kept.borrow_mut().forget();
                self.remember_first(attempt.pending(), outcome.clone(), then).await;
                self.keep(&outcome);
                None
            }
            Err(failure) => {
                if failure.kind.is_open() && attempt.can_be_asked() {
                    attempt.kept.borrow_mut().hold = None;
                } else {
                    attempt.forget();
                }
                self.fail(&failure, answers);
                Some(failure)
            }
        }
    }

    fn keep(self, outcome: &Outcome) {
        // A photo chosen meanwhile stays on the stage.
        let current = match &outcome.photo {
            Some(photo) => self.is_photo(photo),
            // Fetched after a reload: the draft may have brought its photo back.
            None => self.photo.with_untracked(|photo| {
                photo.as_ref().is_none_or(|photo| photo.name == outcome.name)
            }),
        };
        self.said.set(words::done(
            self.language,
            outcome.took,
            (!current).then_some(&outcome.name),
        ));
        self.outcomes.update(|all| all.push(outcome.clone()));
        if current {
            self.shown.set(self.outcomes.with_untracked(|all| all.len().checked_sub(1)));
        }
        self.one_ended(true, None);
        if let Some(listener) = self.listener() {
            listener.done(outcome);
        }
    }

    fn fail(self, failure: &Failure, answers: &Answers) {
        if failure.kind == FailureKind::Cancelled {
            self.one_ended(false, None);
            self.tell_cancelled(answers);
        } else {
            self.one_ended(false, Some(failure.clone()));
        }
        if let Some(listener) = self.listener() {
            listener.failed(failure);
        }
    }

    fn tell_cancelled(self, answers: &Answers) {
        let words = words::failure(FailureKind::Cancelled, false);
        self.said.set(self.say(words.title).into());
        if !answers.is_engine() {
            self.notice.set(words::sentences(self.language, words.title, words.remedy));
        }
    }
}

/// Sends them all, reads what comes back, and shows it.
pub fn send(session: Session, sent: Sent) -> Task {
    Box::pin(async move {
        let Sent { sendings, photo, references, connection, answers, abort, started } = sent;
        session.set_out(started, &sendings);
        for (place, sending) in sendings.into_iter().enumerate() {
            let one = One {
                sending,
                photo: photo.clone(),
                references: references.clone(),
                connection: connection.clone(),
                answers: answers.clone(),
                abort: if place == 0 { abort.clone() } else { session.begin(started) },
                started,
                place,
            };
            session.spawn(send_one(session, one));
        }
    })
}

fn send_one(session: Session, one: One) -> Task {
    Box::pin(async move {
        let One { sending, photo, references, connection, answers, abort, started, place } = one;
        let request = sending.request;
        let seed = request.whole(Name::Seed).unwrap_or_default();
        let Some(pending) = session.pending(&connection, &photo.name, &request) else {
            return session.fail(&Failure::of_kind(FailureKind::NotFound), &answers);
        };
        let kind = session.kind_of(&connection, &request);
        session.expected.set(Times::of(&kind).median());
        let mut attempt = session.attempt(connection, abort, pending, started);
        let cutout = session.cutout_of(&photo).filter(|_| sending.image.is_none());
        let here = attempt.call.connection.is_device();
        if let Some(cutout) = cutout.as_ref().filter(|_| here) {
            attempt.call.mask = cutout.wire(&request, false);
        }
        // Elsewhere it goes along as the photo's own transparency.
        let cutout = cutout.filter(|_| !here && session.send_cutout.get_untracked());
        let outcome = async {
            let gone = |_| Failure::of_kind(FailureKind::FileGone);
            let mut request = request.clone();
            let image = match (sending.image, &cutout) {
                (Some(image), _) => host::wire(image).await.map_err(gone)?,
                (None, Some(cutout)) => {
                    let cut = session.cut_out(cutout, &request, &attempt.call).await?;
                    request.set(Name::ForceBackgroundDetection, None);
                    cut.wire().await.map_err(gone)?
                }
                (None, None) => photo.wire().await.map_err(gone)?,
            };
            let references = match sending.references {
                Some(references) => Some(host::wire_all(references).await.map_err(gone)?),
                None => Photo::wire_all(&references).await.map_err(gone)?,
            };
            let dialect = attempt.call.connection.dialect();
            let body = endpoint::body(dialect, &request, &image, references.as_ref())
                .map_err(|_| Failure::of_kind(FailureKind::BadRequest))?;
            if attempt.name.is_some() && !answers.is_engine() {
                attempt.keep();
            }
            session.until_made(&attempt, &body).await
        };
        let outcome = outcome.await;
        let took = milliseconds(now() - attempt.started);
        let name = photo.name.clone();
        let photo = Some(photo);
        let made = outcome.is_ok();
        let end = session.end(&attempt, &answers, outcome, |picture, answers| Outcome {
            picture,
            photo,
            name,
            seed,
            took,
            answers,
            request,
            batch: Some(started),
        });
        let lost = end.await;
        if made {
            Times::of(&kind).learn(took);
        }
        session.settle(started, place, lost);
    })
}

impl Attempt {
    /// Keeps in this browser what it takes to collect the picture.
    pub fn keep(&self) {
        self.kept.borrow_mut().keep();
    }

    fn forget(&self) {
        self.kept.borrow_mut().forget();
    }

    /// Whether somebody can be asked what came of it.
    fn can_be_asked(&self) -> bool {
        self.kept.borrow().hold.is_some()
    }

    fn pending(&self) -> Pending {
        self.kept.borrow().pending.clone()
    }
}

impl Keeping {
    fn keep(&mut self) {
        self.pending.keep();
        if self.hold.is_none() {
            self.hold = Some(Hold::new(&self.pending.key()));
        }
    }

    fn forget(&mut self) {
        if self.hold.take().is_some() {
            self.pending.forget();
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
