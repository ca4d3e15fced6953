//! The cut-out of a photo: what this device takes for the subject, and what a person corrects in it.

use super::{Outcome, Session};
use crate::endpoint::{self, Abort, Call, Connection, Origin, Phase, Picture, PictureSource};
use crate::photo::{Photo, Source, bytes_in};
use crate::words;
use backdrop_contract::{Dialect, Failure, FailureKind, Name, Request, TRANSPARENT, Value};
use js_sys::Array;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// Where the subject of a photo is, as far as a person said. What is undone is left out: the engine
/// begins each time with what it found.
#[derive(Clone, Debug)]
pub struct Cutout {
    photo: Photo,
    /// In the order in which they were made.
    done: Vec<Edit>,
    /// The last one is done again first.
    undone: Vec<Edit>,
    /// The subject is looked for in the whole photo, and not closely once more.
    whole: bool,
}

/// One correction: see `crates/engine/src/edit.rs`.
#[derive(Clone, Debug)]
pub enum Edit {
    /// To keep or to remove; the radius is a share of the photo's longer side, points are of its
    /// sides.
    Stroke {
        keep: bool,
        radius: f64,
        points: Vec<[f64; 2]>,
    },
    /// By a share of the photo's longer side, inwards if negative.
    Grow(f64),
    /// By a share of the photo's longer side.
    Feather(f64),
    KeepLargest,
}

/// What is shown while a cut-out is corrected. It ends with the view that made it.
#[derive(Clone, Copy)]
pub struct Outlines {
    /// What is left out, over the photo; none until the subject was found.
    pub seen: RwSignal<Option<Picture>, LocalStorage>,
    /// How far the engine has come, the first time.
    pub phase: RwSignal<Phase>,
    /// How many corrections are in what is seen: those after it are to be drawn meanwhile.
    pub held: RwSignal<usize>,
    /// As the form stood: the photo is looked at as it is going to be.
    request: StoredValue<Request>,
    body: StoredValue<Option<JsValue>, LocalStorage>,
    /// What was asked for has not come.
    busy: StoredValue<bool>,
    /// It was corrected meanwhile.
    late: StoredValue<bool>,
    before: StoredValue<Option<Cutout>, LocalStorage>,
}

impl Cutout {
    fn new(photo: Photo) -> Self {
        Self { photo, done: Vec::new(), undone: Vec::new(), whole: false }
    }

    /// As the engine's worker reads it: a name for the photo and how it is looked at, whether the
    /// outline is wanted, whether the whole is looked at, and then the numbers of
    /// `crates/engine-worker/src/edits.rs`.
    pub(super) fn wire(&self, request: &Request, outline: bool) -> JsValue {
        let on = |name| if request.is_on(name) { " 1" } else { " 0" };
        let name =
            [self.photo.url(), on(Name::OriginalQuality), on(Name::ForceBackgroundDetection)];
        let list = Array::of3(&name.concat().into(), &outline.into(), &self.whole.into());
        let write = |number: f64| {
            list.push(&number.into());
        };
        for edit in &self.done {
            match edit {
                Edit::Stroke { keep, radius, points } => {
                    let count = f64::from(u32::try_from(points.len()).unwrap_or_default());
                    let head = [0.0, f64::from(u8::from(*keep)), *radius, count];
                    head.iter().chain(points.iter().flatten()).copied().for_each(write);
                }
                Edit::Grow(by) => [1.0, *by].into_iter().for_each(write),
                Edit::Feather(by) => [2.0, *by].into_iter().for_each(write),
                Edit::KeepLargest => write(3.0),
            }
        }
        list.into()
    }

    /// The corrections that hold.
    pub fn done(&self) -> &[Edit] {
        &self.done
    }

    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    pub fn is_whole(&self) -> bool {
        self.whole
    }

    pub fn edit(&mut self, edit: Edit) {
        self.done.push(edit);
        self.undone.clear();
    }

    pub fn undo(&mut self) {
        self.undone.extend(self.done.pop());
    }

    pub fn redo(&mut self) {
        self.done.extend(self.undone.pop());
    }

    pub fn look(&mut self, whole: bool) {
        self.whole = whole;
    }
}

/// A request for the photo alone, looked at as `like` wants it.
fn photo_alone(like: &Request) -> Request {
    let mut request = Request::default();
    for name in [Name::OriginalQuality, Name::ForceBackgroundDetection] {
        request.set(name, like.get(name).cloned());
    }
    request.set(Name::Prompt, Some(Value::Text(TRANSPARENT.to_owned())));
    request
}

/// A body that this device reads.
async fn body_of(photo: &Photo, like: &Request) -> Result<JsValue, Failure> {
    let image = photo.wire().await.map_err(|_| Failure::of_kind(FailureKind::FileGone))?;
    endpoint::body(Dialect::Segmind, &photo_alone(like), &image, None)
        .map_err(|_| Failure::of_kind(FailureKind::BadRequest))
}

impl Session {
    /// The cut-out of a photo, if a person looked at it.
    pub(super) fn cutout_of(self, photo: &Photo) -> Option<Cutout> {
        self.cutout.get_untracked().filter(|cutout| cutout.photo.url() == photo.url())
    }

    /// Whether there is a cut-out of the photo that is chosen.
    pub fn has_cutout(self) -> bool {
        let photo = self.photo.get();
        let of = |cutout: &Cutout| photo.is_some_and(|now| now.url() == cutout.photo.url());
        self.cutout.with(|cutout| cutout.as_ref().is_some_and(of))
    }

    /// Whether a photo is here to be cut out.
    pub fn may_cut_out(self) -> bool {
        let is_file = |photo: &Photo| matches!(photo.source, Source::File { .. });
        self.photo.with(|photo| photo.as_ref().is_some_and(is_file))
    }

    /// Whether a result was cut out of the photo that is there now, by an engine like this device's.
    pub fn may_correct(self, outcome: &Outcome) -> bool {
        let of = outcome.photo.as_ref().is_some_and(|photo| self.is_photo(photo));
        of && matches!(outcome.picture.origin, Origin::Engine { .. })
            && untrack(|| self.may_cut_out())
    }

    /// Begins to correct the cut-out of the photo.
    pub fn start_cutting(self) {
        if let Some(photo) = self.photo.get_untracked() {
            if self.cutout_of(&photo).is_none() {
                self.cutout.set(None);
            }
            self.cutting.set(true);
        }
    }

    /// Corrects it.
    pub fn correct(self, change: impl FnOnce(&mut Cutout)) {
        self.cutout.update(|cutout| {
            if let Some(cutout) = cutout {
                change(cutout);
            }
        });
    }

    /// What is left of a photo without its background, as large as the picture that is asked for.
    ///
    /// # Errors
    /// What this device cannot do, [`FailureKind::TooLarge`] when nobody would take it.
    pub(super) async fn cut_out(
        self,
        cutout: &Cutout,
        request: &Request,
        call: &Call,
    ) -> Result<Photo, Failure> {
        let body = body_of(&cutout.photo, request).await?;
        let here = Call {
            connection: Connection::device(),
            abort: call.abort.clone(),
            phase: call.phase.clone(),
            on_job: Box::new(|_| {}),
            mask: cutout.wire(request, false),
        };
        let picture = endpoint::send(&here, &body, None).await?;
        let PictureSource::File { blob, format, .. } = picture.source else {
            return Err(Failure::of_kind(FailureKind::Device));
        };
        if bytes_in(&blob) > untrack(|| self.most_bytes()) {
            return Err(Failure::of_kind(FailureKind::TooLarge));
        }
        Ok(Photo::made(blob, format, picture.size, cutout.photo.name.clone()))
    }
}

impl Outlines {
    /// Shows what is left out of the photo, anew after each correction.
    pub fn new(session: Session) -> Self {
        let photo = session.photo.get_untracked();
        let before = session.cutout.get_untracked();
        if before.is_none() {
            session.cutout.set(photo.map(Cutout::new));
        }
        let outlines = Self {
            seen: RwSignal::new_local(None),
            phase: RwSignal::new(Phase::Waiting),
            held: RwSignal::new(0),
            request: StoredValue::new(untrack(|| session.request())),
            body: StoredValue::new_local(None),
            busy: StoredValue::new(false),
            late: StoredValue::new(false),
            before: StoredValue::new_local(before),
        };
        Effect::new(move |_| {
            session.cutout.track();
            outlines.ask(session);
        });
        outlines
    }

    fn ask(self, session: Session) {
        self.late.set_value(true);
        if self.busy.get_value() {
            return;
        }
        self.busy.set_value(true);
        session.spawn(async move {
            while self.late.try_get_value() == Some(true) {
                self.late.set_value(false);
                let Some(cutout) = session.cutout.get_untracked() else { break };
                match self.outline(session, &cutout).await {
                    Ok(picture) => {
                        // What was drawn meanwhile stays until it is in the outline.
                        self.held.try_set(cutout.done.len());
                        if self.seen.try_set(Some(picture)).is_none() && !cutout.done.is_empty() {
                            session.said.set(session.say(words::CUTOUT_CHANGED).into());
                        }
                    }
                    Err(failure) => {
                        // The view may be gone, and nobody waits.
                        if self.busy.try_get_value().is_some() {
                            session.cutting.set(false);
                            let title = session.say(words::failure(failure.kind, false).title);
                            session.notice.set(failure.text.unwrap_or_else(|| title.into()));
                        }
                    }
                }
            }
            self.busy.try_set_value(false);
        });
    }

    async fn outline(self, session: Session, cutout: &Cutout) -> Result<Picture, Failure> {
        let request = self.request.try_get_value().unwrap_or_default();
        let body = match self.body.try_get_value().flatten() {
            Some(body) => body,
            None => {
                let body = body_of(&cutout.photo, &request).await?;
                self.body.try_set_value(Some(body.clone()));
                body
            }
        };
        let call = Call {
            connection: Connection::device(),
            abort: Abort::new(f64::from(session.deadline.get_untracked()) * 1_000.0),
            phase: Rc::new(move |phase| {
                self.phase.try_set(phase);
            }),
            on_job: Box::new(|_| {}),
            mask: cutout.wire(&request, true),
        };
        endpoint::send(&call, &body, None).await
    }

    /// All as it was before.
    pub fn forget(self, session: Session) {
        session.cutting.set(false);
        session.cutout.set(self.before.try_get_value().flatten());
    }
}
