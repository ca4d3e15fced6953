//! Several pictures of one photo at once, each with a seed of its own.

use super::{Run, Sending, Session};
use crate::words;
use backdrop_contract::{Failure, Group, Kind, Name, PARAMETERS, Request, Value};
use leptos::prelude::*;

/// What was asked for with one press of the button.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// When the button was pressed.
    pub started: f64,
    pub tiles: Vec<Tile>,
}

/// One picture of a batch.
#[derive(Clone, Debug)]
pub struct Tile {
    pub seed: i64,
    /// Why there is none.
    pub lost: Option<Failure>,
}

/// How far all that was asked for at once has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    under_way: usize,
    made: u32,
    /// The first failure.
    lost: Option<Failure>,
}

/// The bounds of a seed.
fn bounds() -> (i64, i64) {
    match Name::Seed.parameter().kind {
        Kind::Whole { least, most } => (least, most),
        _ => (0, 0),
    }
}

impl Session {
    /// Another seed, by chance.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "the bounds are 31 bits wide, a double holds 53"
    )]
    pub fn roll_seed(self) {
        let (least, most) = bounds();
        let seed = least + (js_sys::Math::random() * (most - least + 1) as f64) as i64;
        self.set(Name::Seed, Some(Value::Whole(seed)));
    }

    /// How many pictures the next press asks for: several only where a visitor may change the seed.
    pub fn pictures(self) -> u32 {
        if self.is_open(Name::Seed) && self.takes(Name::Seed) { self.count.get() } else { 1 }
    }

    /// Shows a result, or none, by itself.
    pub fn show(self, result: Option<usize>) {
        self.cutting.set(false);
        self.together.set(false);
        self.shown.set(result);
    }

    /// Makes ready for more pictures like one: its settings, and seeds that were not tried. Nothing is
    /// sent: the button says first how many it will be.
    pub fn more_like(self, request: &Request) {
        for row in PARAMETERS.iter().filter(|row| row.group != Group::Photo) {
            self.set(row.name, request.get(row.name).cloned());
        }
        // Absent it is the usual one, or a reference said it.
        if request.text(Name::Prompt).is_some() {
            self.choose_background(true, false);
        }
        self.fresh_seed.set(true);
        if self.count.get_untracked() == 1 {
            self.count.set(4);
        }
        self.said.set(self.say(words::MORE_LIKE_READY).into());
    }

    /// What the page around makes of each request; none if it forbids one or spoils it.
    pub(super) fn ask_page_for_all(self) -> Option<Vec<Sending>> {
        let request = untrack(|| self.request());
        let (least, most) = bounds();
        let first = request.whole(Name::Seed).unwrap_or(least);
        let count = untrack(|| self.pictures());
        let requests = (0..count).map(|at| {
            let mut request = request.clone();
            if at > 0 {
                let seed = least + (first - least + i64::from(at)) % (most - least + 1);
                request.set(Name::Seed, Some(Value::Whole(seed)));
            }
            request
        });
        requests.map(|request| self.ask_page(request)).collect()
    }

    /// So many begin. Several are seen side by side from the start.
    pub(super) fn set_out(self, started: f64, sendings: &[Sending]) {
        self.cutting.set(false);
        self.only_one_left();
        if sendings.len() > 1 {
            let seed = |sending: &Sending| sending.request.whole(Name::Seed).unwrap_or_default();
            let tiles = sendings.iter().map(|one| Tile { seed: seed(one), lost: None }).collect();
            self.course.update_value(|course| course.under_way = sendings.len());
            self.batch.set(Batch { started, tiles });
        }
        self.together.set(sendings.len() > 1);
    }

    /// One request, whatever was before.
    pub(super) fn only_one_left(self) {
        self.course.set_value(Course { under_way: 1, ..Course::default() });
    }

    /// One of those under way has ended, with a picture or not; the last one's end is the end.
    pub(super) fn one_ended(self, made: bool, lost: Option<Failure>) {
        let ended = self.course.try_update_value(|course| {
            course.under_way = course.under_way.saturating_sub(1);
            course.made += u32::from(made);
            course.lost = course.lost.take().or(lost);
            (course.under_way == 0).then(|| std::mem::take(course))
        });
        let Some(Course { made, lost, .. }) = ended.flatten() else { return };
        self.aborts.set_value(Vec::new());
        match lost {
            Some(failure) if made == 0 => self.run.set(Run::Failed(failure)),
            Some(failure) => {
                let title = words::failure(failure.kind, false).title;
                self.notice.set(words::some_failed(self.language, made, title));
                self.run.set(Run::Idle);
            }
            None => {
                if made > 1 {
                    self.said.set(words::several_done(self.language, made));
                }
                self.run.set(Run::Idle);
            }
        }
    }

    /// Says of one of several why it is not there.
    pub(super) fn settle(self, started: f64, place: usize, lost: Option<Failure>) {
        if lost.is_some() && self.batch.with_untracked(|batch| batch.started == started) {
            self.batch.update(|batch| {
                if let Some(tile) = batch.tiles.get_mut(place) {
                    tile.lost = lost;
                }
            });
        }
    }
}
