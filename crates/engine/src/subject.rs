//! The subject of one photo: found once, corrected by the person, put on any backdrop.
//!
//! Nothing here needs the photo whole. Its rows arrive once, for a small copy in which the subject is
//! found; and once more, a few at a time, each to be given back with its new background. So a photo of
//! any size takes as much memory as its small copy and what is made of that.

use crate::edit::{self, Edit};
use crate::find::{self, Looks};
use crate::ground::Ground;
use crate::light::{Light, blend};
use crate::mask::{self, Mask, MaskScratch};
use crate::raster::{Map, Size, flat, mix};
use crate::refine::Fringe;
use crate::scale::{Shrinker, shrink};
use crate::{Engine, Refusal};
use backdrop_network::{Network, parallel};

/// About a megapixel, which the endpoint gives too unless it is asked for the original quality.
const MEGAPIXEL: usize = 1024 * 1024;
/// The longer side of the small copy: finer than the network sees anything.
const LONGEST: usize = 1024;
/// The most megapixels that are taken.
pub const MOST_MEGAPIXELS: u32 = backdrop_contract::ENGINE_MEGAPIXELS;

/// A size that is taken.
pub fn checked(what: &'static str, width: u32, height: u32) -> Result<Size, Refusal> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > u64::from(MOST_MEGAPIXELS) * 1_000_000 {
        return Err(Refusal::TooLarge {
            what,
            megapixels: u32::try_from(pixels.div_ceil(1_000_000)).unwrap_or(u32::MAX),
            most: MOST_MEGAPIXELS,
        });
    }
    if pixels == 0 {
        return Err(Refusal::Broken { what, why: "it has no pixels".to_owned() });
    }
    Ok(Size { width: width as usize, height: height as usize })
}

/// A photo whose rows arrive.
#[derive(Debug)]
pub struct Arriving {
    from: Size,
    to: Size,
    shrinker: Shrinker,
    keep: bool,
}

impl Arriving {
    /// A photo of `width` · `height` pixels, of which a picture of its own size is made, or of about a
    /// megapixel (at most 1,048,576 pixels).
    ///
    /// # Errors
    /// [`Refusal::TooLarge`], [`Refusal::Broken`] without pixels.
    pub fn new(width: u32, height: u32, original_quality: bool) -> Result<Self, Refusal> {
        let from = checked("the photo", width, height)?;
        let small = from.of_at_most(MEGAPIXEL);
        let keep = !original_quality && small != from;
        let to = if keep { small } else { from.within(LONGEST) };
        Ok(Self { from, to, shrinker: Shrinker::new(from, to), keep })
    }

    /// The next rows: red, green, blue and alpha of each pixel.
    pub fn rows(&mut self, pixels: &[[u8; 4]]) {
        for row in pixels.chunks_exact(self.from.width) {
            self.shrinker.row(row);
        }
    }

    /// The photo, once all rows are there.
    #[must_use]
    pub fn finish(self) -> Photo {
        let small = self.shrinker.finish();
        match self.keep {
            true => Photo::kept(small, self.to),
            false => Photo { size: self.from, kept: None, small, small_size: self.to },
        }
    }
}

/// A photo, seen whole.
#[derive(Debug)]
pub struct Photo {
    /// Of the picture that is made.
    size: Size,
    /// The photo at that size, if it is smaller than it came.
    kept: Option<Vec<[u8; 4]>>,
    /// At most [`LONGEST`].
    small: Vec<[u8; 4]>,
    small_size: Size,
}

impl Photo {
    /// Of all pixels at once.
    #[cfg(feature = "files")]
    pub(crate) fn of(pixels: &[[u8; 4]], size: Size, original_quality: bool) -> Self {
        let to = size.of_at_most(MEGAPIXEL);
        if !original_quality && to != size {
            return Self::kept(shrink(pixels, size, to), to);
        }
        let small_size = size.within(LONGEST);
        Self { size, kept: None, small: shrink(pixels, size, small_size), small_size }
    }

    fn kept(pixels: Vec<[u8; 4]>, size: Size) -> Self {
        let small_size = size.within(LONGEST);
        Self { size, small: shrink(&pixels, size, small_size), small_size, kept: Some(pixels) }
    }

    /// Finds the subject; with `force`, even when the photo has transparency of its own that says
    /// where it is.
    ///
    /// # Errors
    /// [`Refusal::NoSubject`].
    pub fn find(self, engine: &Engine, looks: Looks, force: bool) -> Result<Subject, Refusal> {
        let mut subject = self.find_unrefined(engine, looks, force)?;
        subject.refine();
        Ok(subject)
    }

    /// As [`Photo::find`], before the colours along the edge are the subject's own.
    pub(crate) fn find_unrefined(
        self,
        engine: &Engine,
        looks: Looks,
        force: bool,
    ) -> Result<Subject, Refusal> {
        let own = match mask::says_something(&self.small) {
            true if force => Own::Bounds,
            true => Own::Decides,
            false => Own::None,
        };
        let size = self.small_size;
        let alpha = (own == Own::Decides).then(|| {
            let alpha = self.small.iter().map(|[.., alpha]| f32::from(*alpha) / 255.0);
            Map { size, values: alpha.collect() }
        });
        let canvas: Vec<[u8; 3]> = self.small.iter().copied().map(flat).collect();
        // The network takes most memory of all.
        drop(self.small);
        let found = match alpha {
            Some(alpha) => alpha,
            None => look(&engine.network, &canvas, size, looks)?,
        };
        let mask = Mask::new(found.clone(), self.size);
        Ok(Subject {
            size: self.size,
            kept: self.kept,
            canvas,
            own,
            found,
            mask,
            edited: false,
            fringe: None,
        })
    }
}

fn look(network: &Network, canvas: &[[u8; 3]], size: Size, looks: Looks) -> Result<Map, Refusal> {
    let mut map = find::find(network, canvas, size, looks).ok_or(Refusal::NoSubject)?;
    mask::decide(&mut map);
    Ok(map)
}

/// What the photo's own alpha counts for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Own {
    /// It says nothing.
    None,
    /// It is the mask: whoever cut the subject out saw to its colours, too.
    Decides,
    /// The network says what the subject is; what is transparent has no colour that could be shown.
    Bounds,
}

/// The subject of a photo.
#[derive(Debug)]
pub struct Subject {
    size: Size,
    kept: Option<Vec<[u8; 4]>>,
    /// The photo, small, over white.
    canvas: Vec<[u8; 3]>,
    own: Own,
    /// The mask before any correction, small.
    found: Map,
    mask: Mask,
    edited: bool,
    fringe: Option<Fringe>,
}

impl Subject {
    /// Of the picture that is made, in pixels.
    pub(crate) fn size(&self) -> Size {
        self.size
    }

    /// The width of the picture that is made, in pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.size.width
    }

    /// Its height.
    #[must_use]
    pub fn height(&self) -> usize {
        self.size.height
    }

    /// Whether [`Subject::compose`] needs the photo's rows: if not, what it is given does not matter.
    #[must_use]
    pub fn needs_rows(&self) -> bool {
        self.kept.is_none()
    }

    pub(crate) fn canvas(&self) -> &[[u8; 3]] {
        &self.canvas
    }

    pub(crate) fn mask(&self) -> &Mask {
        &self.mask
    }

    /// The small mask as it is now, to be shown: its width, and a byte for each pixel, 255 where the
    /// subject is.
    #[must_use]
    pub fn preview(&self) -> (usize, Vec<u8>) {
        let map = self.mask.map();
        (map.size.width, map.values.iter().map(|value| (255.0 * value + 0.5) as u8).collect())
    }

    /// Holds the person's corrections, all of them, instead of those before.
    pub fn edit(&mut self, edits: &[Edit]) {
        let mut map = self.found.clone();
        edit::apply(&mut map, edits);
        self.mask = Mask::new(map, self.size);
        self.edited = !edits.is_empty();
        self.refine();
    }

    /// Estimates the subject's own colours along its edge.
    pub(crate) fn refine(&mut self) {
        let map = self.mask.map();
        let soft = map.values.iter().any(|value| *value > 0.0 && *value < 1.0);
        self.fringe =
            (self.own != Own::Decides && soft).then(|| Fringe::of(&self.canvas, self.mask.map()));
    }

    /// Puts rows of the photo on a backdrop, in place: from row `first` on, whole rows. With
    /// [`Ground::clear`] the pixels have alpha, else they are opaque.
    pub fn compose(&self, ground: &Ground, first: usize, pixels: &mut [[u8; 4]]) {
        let width = self.size.width;
        if let Some(kept) = &self.kept {
            let kept = kept.get(first * width..).unwrap_or_default();
            let count = kept.len().min(pixels.len());
            pixels[..count].copy_from_slice(&kept[..count]);
        }
        parallel::pieces(pixels, width, |i, row, scratch: &mut Scratch| {
            let y = first + i;
            if row.len() == width && y < self.size.height {
                self.compose_row(ground, y, row, scratch);
            }
        });
    }

    fn compose_row(&self, ground: &Ground, y: usize, row: &mut [[u8; 4]], scratch: &mut Scratch) {
        let Scratch { alpha, back, mask, column } = scratch;
        alpha.resize(row.len(), 0);
        back.resize(row.len(), [0; 3]);
        if self.own == Own::Decides && !self.edited {
            alpha.fill(255);
        } else {
            self.mask.row(y, alpha, mask);
        }
        for (alpha, pixel) in alpha.iter_mut().zip(&*row) {
            *alpha = match self.own {
                Own::None => *alpha,
                // The corrected mask began as this alpha: product would count it twice.
                Own::Decides => (*alpha).min(pixel[3]),
                Own::Bounds => mix(0, *alpha, pixel[3]),
            };
        }
        let clear = ground.is_clear();
        if !clear {
            ground.row(y, alpha, back, column);
        }
        let rows = self.fringe.as_ref().map(|fringe| (fringe, fringe.rows(y, self.size.height)));
        for (x, (pixel, &alpha)) in row.iter_mut().zip(&*alpha).enumerate() {
            // A file that hides the old background under nothing has not removed it.
            let mut front = Light::all(0.0);
            if alpha > 0 {
                let [r, g, b, _] = *pixel;
                let colour = if self.own == Own::Decides { [r, g, b] } else { flat(*pixel) };
                front = Light::of_bytes(colour);
                if let (Some((fringe, rows)), 1..=254) = (&rows, alpha) {
                    front = fringe.clean(front, alpha, *rows, x, self.size.width);
                }
                if let Some(tone) = &ground.tone {
                    front = tone.of(front);
                }
            }
            *pixel = if clear {
                let [r, g, b, _] = front.bytes();
                [r, g, b, alpha]
            } else {
                let share = f32::from(alpha) * (1.0 / 255.0);
                let [r, g, b, _] = blend(Light::of_bytes(back[x]), front, share).bytes();
                [r, g, b, 255]
            };
        }
    }
}

/// Memory for a row; its content is leftovers.
#[derive(Debug, Default)]
struct Scratch {
    alpha: Vec<u8>,
    back: Vec<[u8; 3]>,
    mask: MaskScratch,
    column: Vec<Light>,
}
