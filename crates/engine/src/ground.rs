//! What the subject is put on, ready to give any row of it.

use crate::blur::blur;
use crate::look;
use crate::paint::Painting;
use crate::paint::canvas::Light;
use crate::raster::Size;
use crate::scale::{Filter, Scaler, byte, of_bytes, scale};
use crate::shadow::Footing;
use crate::step::step;
use crate::subject::Subject;
use crate::tone::Tone;

/// A backdrop for one subject.
#[derive(Debug)]
pub struct Ground {
    kind: Kind,
    /// How the subject's light is matched to it.
    pub(crate) tone: Option<Tone>,
}

#[derive(Debug)]
enum Kind {
    Clear,
    Colour([u8; 3]),
    Painting(Painting),
    Picture(Picture),
}

/// A picture that is enlarged a row at a time, or has the size already.
#[derive(Debug)]
struct Picture {
    pixels: Vec<[u8; 3]>,
    width: usize,
    scaler: Option<Scaler>,
}

impl Picture {
    fn new(pixels: Vec<[u8; 3]>, size: Size, to: Size, filter: Filter) -> Self {
        let scaler = (size != to).then(|| Scaler::new(size, to, filter));
        Self { pixels, width: size.width, scaler }
    }
}

impl Ground {
    /// Nothing: the subject alone.
    #[must_use]
    pub fn clear() -> Self {
        Self { kind: Kind::Clear, tone: None }
    }

    /// Exactly these bytes of red, green and blue wherever the subject is not.
    #[must_use]
    pub fn colour(colour: [u8; 3]) -> Self {
        Self { kind: Kind::Colour(colour), tone: None }
    }

    /// The look that words (UTF-8) choose, and its name, see [`crate::Picture::look`].
    #[must_use]
    pub fn words(words: impl AsRef<[u8]>, seed: u64, subject: &Subject) -> (Self, &'static str) {
        let (look, mood) = look::choose(words.as_ref());
        let footing = Footing::of(subject.mask().map());
        let painting = Painting::of(look, mood, seed, subject.size(), &footing);
        (Self { kind: Kind::Painting(painting), tone: None }, look.name)
    }

    /// The photo's own background out of focus; `amount` is 0 to 1. The subject is taken out first, so
    /// that no shadow of it is left around it.
    #[must_use]
    pub fn blurred(subject: &Subject, amount: f32) -> Self {
        /// The longer side that is blurred: nothing finer is left.
        const LONGEST: usize = 512;
        let (canvas, mask) = (subject.canvas(), subject.mask().map());
        let size = mask.size.within(LONGEST);
        let colour = scale(canvas, mask.size, size, Filter::Smooth);
        let clear = Scaler::new(mask.size, size, Filter::Smooth).all(
            &mask.values,
            |value| Light::all(1.0 - value),
            |sum| sum.first().clamp(0.0, 1.0),
        );
        // Light, so that bright points stay bright; weighed by how much of it is background.
        let weighed: Vec<Light> = colour
            .iter()
            .zip(&clear)
            .map(|(colour, &clear)| {
                // An edge is never free of the subject's colours.
                let clear = clear * clear * clear;
                let [r, g, b] = colour.map(|value| {
                    let value = f32::from(value) / 255.0;
                    value * value * clear
                });
                Light::of([r, g, b, clear])
            })
            .collect();
        let longest = size.width.max(size.height) as f32;
        let radius = longest * (0.004 + 0.05 * amount.clamp(0.0, 1.0));
        // Behind the subject there is nothing near: what is far away fills it.
        let (mut near, mut far) = (weighed.clone(), weighed);
        blur(&mut near, size, radius, radius);
        blur(&mut far, size, 0.16 * longest, 0.16 * longest);
        let pixels = near
            .iter()
            .zip(&far)
            .map(|(near, far)| {
                let (near, far) = (near.four(), far.four());
                let share = step(0.02, 0.25, near[3]);
                std::array::from_fn(|c| {
                    let of = |sums: &[f32; 4]| sums[c].max(0.0) / sums[3].max(1e-4);
                    let light = of(&far) + (of(&near) - of(&far)) * share;
                    (255.0 * light.sqrt() + 0.5) as u8
                })
            })
            .collect();
        let picture = Picture::new(pixels, size, subject.size(), Filter::Soft);
        Self { kind: Kind::Picture(picture), tone: None }
    }

    /// A picture of `size`, enlarged to the subject's if it is smaller.
    pub(crate) fn picture(
        pixels: Vec<[u8; 3]>,
        size: Size,
        subject: &Subject,
        filter: Filter,
        tone: Option<Tone>,
    ) -> Self {
        Self { kind: Kind::Picture(Picture::new(pixels, size, subject.size(), filter)), tone }
    }

    /// Whether what the subject leaves free stays free.
    pub(crate) fn is_clear(&self) -> bool {
        matches!(self.kind, Kind::Clear)
    }

    /// Row `y`. Where `alpha` is 255 nothing need be written.
    pub(crate) fn row(&self, y: usize, alpha: &[u8], to: &mut [[u8; 3]], column: &mut Vec<Light>) {
        match &self.kind {
            Kind::Clear => to.fill([0; 3]),
            Kind::Colour(colour) => to.fill(*colour),
            Kind::Painting(painting) => painting.row(y, alpha, to, column),
            Kind::Picture(picture) => match &picture.scaler {
                None => to.copy_from_slice(&picture.pixels[y * picture.width..][..to.len()]),
                Some(scaler) => {
                    scaler.column(&picture.pixels, y, column, of_bytes);
                    for (x, (to, &alpha)) in to.iter_mut().zip(alpha).enumerate() {
                        if alpha < 255 {
                            *to = scaler.pixel(column, x).three().map(byte);
                        }
                    }
                }
            },
        }
    }
}
