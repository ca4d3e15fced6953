//! Pictures that are larger than the endpoint takes: a smaller copy is made and offered.

use super::{Session, Slot};
use crate::endpoint::Answers;
use crate::photo::{Bounds, Photo};
use crate::rest::Task;
use backdrop_contract::{ENGINE_LARGEST, ENGINE_MEGAPIXELS, LARGEST};
use leptos::prelude::*;

/// What is too much about a picture, and the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    Bytes { has: u64, most: u64 },
    Megapixels { has: u64, most: u64 },
}

/// The smaller copy of a picture.
#[derive(Clone, Debug)]
pub struct Smaller {
    /// The picture's URL, and what was too much about it.
    of: (String, Excess),
    /// None while it is being made, and where it cannot be.
    pub copy: Option<Photo>,
    pub failed: bool,
}

impl Session {
    /// The largest picture in bytes: what the page says, else what whoever answers takes.
    pub(super) fn most_bytes(self) -> u64 {
        let engine = self.answers.with(Answers::is_engine);
        self.intake.get().max_bytes.unwrap_or(if engine { ENGINE_LARGEST } else { LARGEST })
    }

    /// What is too much about a picture, if something is.
    pub fn excess(self, photo: &Photo) -> Option<Excess> {
        let (has, most) = (photo.bytes()?, self.most_bytes());
        if has > most {
            return Some(Excess::Bytes { has, most });
        }
        let (width, height) = photo.size?;
        let has = (u64::from(width) * u64::from(height)).div_ceil(1_000_000);
        let most = u64::from(ENGINE_MEGAPIXELS);
        let over = has > most && self.answers.with(Answers::is_engine);
        over.then_some(Excess::Megapixels { has, most })
    }

    /// The smaller copy that was made of a picture, or is being made.
    pub fn smaller_copy(self, photo: &Photo, excess: Excess) -> Option<Smaller> {
        let is_of = |smaller: &&Smaller| smaller.is_of(photo, excess);
        self.smaller.with(|all| all.iter().find(is_of).cloned())
    }

    /// Puts the smaller copy in the picture's place.
    pub fn take_smaller(self, slot: Slot, photo: &Photo, copy: Photo) {
        match slot {
            Slot::Photo => self.take(slot, copy),
            Slot::Reference => self.references.update(|all| {
                let same = |one: &&mut Photo| one.url() == photo.url();
                if let Some(place) = all.iter_mut().find(same) {
                    *place = copy;
                }
            }),
        }
    }

    /// Makes smaller copies of what is over the limit.
    pub(super) fn offer_smaller(self) {
        let mut pictures = self.references.get_untracked();
        pictures.extend(self.photo.get_untracked());
        self.smaller.update(|all| {
            all.retain(|smaller| pictures.iter().any(|one| one.url() == smaller.of.0));
        });
        for photo in pictures {
            if let Some(excess) = untrack(|| self.excess(&photo))
                && untrack(|| self.smaller_copy(&photo, excess)).is_none()
            {
                self.make_smaller(photo, excess);
            }
        }
    }

    fn make_smaller(self, photo: Photo, excess: Excess) {
        let of = (photo.url().to_owned(), excess);
        self.smaller.update(|all| all.push(Smaller { of, copy: None, failed: false }));
        self.spawn(async move {
            if let Ok(rest) = self.rest().await {
                (rest.shrink)(self, photo, excess).await;
            }
        });
    }
}

/// Makes the smaller copy of a picture.
pub fn shrink(session: Session, photo: Photo, excess: Excess) -> Task {
    Box::pin(async move {
        let copy = photo.within(excess.bounds()).await;
        session.smaller.update(|all| {
            if let Some(smaller) = all.iter_mut().find(|one| one.is_of(&photo, excess)) {
                smaller.failed = copy.is_none();
                smaller.copy = copy;
            }
        });
    })
}

impl Smaller {
    fn is_of(&self, photo: &Photo, excess: Excess) -> bool {
        self.of.0 == photo.url() && self.of.1 == excess
    }
}

impl Excess {
    #[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
    pub(super) fn bounds(self) -> Bounds {
        match self {
            Self::Bytes { most, .. } => Bounds { bytes: most as f64, ..Bounds::NONE },
            // The file may still be large.
            Self::Megapixels { most, .. } => {
                Bounds { bytes: ENGINE_LARGEST as f64, pixels: most as f64 * 1e6 }
            }
        }
    }
}
