//! What the subject is put on, ready to give any row of it.

use crate::blur::blur;
use crate::light::{decoded, encoded};
use crate::look;
use crate::paint::Painting;
use crate::paint::canvas::{Light, blend};
use crate::raster::Size;
use crate::scale::{Filter, Scaler, scale};
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
        let Some(paint) = look.paint else {
            return (Self::blurred(subject, 0.5), look.name);
        };
        let footing = Footing::of(subject.mask().map());
        let painting = Painting::of(paint, look.ground, mood, seed, subject.size(), &footing);
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
        // Light, so that bright points stay bright; weighed by how much of it is background.
        let weighed = canvas.iter().zip(&mask.values).map(|(colour, value)| {
            // An edge is never free of the subject's colours.
            let clear = (1.0 - value) * (1.0 - value) * (1.0 - value);
            let [r, g, b] = decoded(*colour).three();
            Light::of([r, g, b, 1.0]) * clear
        });
        let weighed = scale(weighed.collect(), mask.size, size);
        let longest = size.width.max(size.height) as f32;
        let radius = longest * (0.004 + 0.05 * amount.clamp(0.0, 1.0));
        // Behind the subject there is nothing near: what is far away fills it.
        let (mut near, mut far) = (weighed.clone(), weighed);
        blur(&mut near, size, radius, radius);
        blur(&mut far, size, 0.16 * longest, 0.16 * longest);
        let of = |sums: &Light| *sums * (1.0 / sums.last().max(1e-4));
        let pixels = near
            .iter()
            .zip(&far)
            .map(|(near, far)| encoded(blend(of(far), of(near), step(0.02, 0.25, near.last()))));
        let pixels = pixels.collect();
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
                    scaler.column(&picture.pixels, y, column, Light::of_bytes);
                    for (x, (to, &alpha)) in to.iter_mut().zip(alpha).enumerate() {
                        if alpha < 255 {
                            *to = scaler.pixel(column, x).rgb_bytes();
                        }
                    }
                }
            },
        }
    }
}
