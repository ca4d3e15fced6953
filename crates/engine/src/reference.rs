//! A picture of the person's own as the backdrop.

use crate::Refusal;
use crate::blur::blur;
use crate::ground::Ground;
use crate::light::{Light, decoded, encoded};
use crate::raster::{Size, flat};
use crate::scale::{Filter, Shrinker};
use crate::subject::Subject;
use crate::tone::{Tone, mean_light};

/// How a reference picture is laid behind the subject.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Which part is seen where the picture is too wide or too high, each 0 to 1: left to right, top
    /// to bottom.
    pub position: [f32; 2],
    /// Out of focus, 0 to 1.
    pub blur: f32,
    /// Whether the subject's light and colours are brought nearer to the picture's.
    pub matched: bool,
}

impl Default for Placement {
    fn default() -> Self {
        Self { position: [0.5; 2], blur: 0.0, matched: true }
    }
}

/// The longer side of a picture that is put out of focus.
const SOFT: usize = 768;

/// A reference whose rows arrive. Only the part that is seen is kept, at the size it is seen at.
#[derive(Debug)]
pub struct Reference {
    /// Where the part that is seen starts, and its size.
    left: usize,
    top: usize,
    part: Size,
    width: usize,
    row: usize,
    to: Size,
    shrinker: Shrinker,
    placement: Placement,
}

impl Reference {
    /// A reference of `width` · `height` pixels behind `subject`.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`], [`Refusal::Broken`] without pixels.
    pub fn new(
        width: u32,
        height: u32,
        placement: Placement,
        subject: &Subject,
    ) -> Result<Self, Refusal> {
        let Size { width, height } = crate::subject::checked("the reference", width, height)?;
        let out = subject.size();
        // The largest part with the right aspect. 64-bit, as a product of two sides and one more is
        // beyond what 32 hold.
        let fit = |a: usize, b: usize, c: usize| ((a as u64 * b as u64 / c as u64) as usize).max(1);
        let wider = width as u64 * out.height as u64 > height as u64 * out.width as u64;
        let part = match wider {
            true => Size { width: fit(height, out.width, out.height).min(width), height },
            false => Size { width, height: fit(width, out.height, out.width).min(height) },
        };
        let place = |left: usize, share: f32| (left as f32 * share.clamp(0.0, 1.0) + 0.5) as usize;
        let soft = placement.blur > 0.0;
        let bound = if soft { out.within(SOFT) } else { out };
        let to = Size { width: part.width.min(bound.width), height: part.height.min(bound.height) };
        Ok(Self {
            left: place(width - part.width, placement.position[0]).min(width - part.width),
            top: place(height - part.height, placement.position[1]).min(height - part.height),
            part,
            width,
            row: 0,
            to,
            shrinker: Shrinker::new(part, to),
            placement,
        })
    }

    /// The next rows.
    pub fn rows(&mut self, pixels: &[[u8; 4]]) {
        for row in pixels.chunks_exact(self.width) {
            if (self.top..self.top + self.part.height).contains(&self.row) {
                self.shrinker.row(&row[self.left..self.left + self.part.width]);
            }
            self.row += 1;
        }
    }

    /// The backdrop, once all rows are there.
    #[must_use]
    pub fn finish(self, subject: &Subject) -> Ground {
        let size = self.to;
        let mut pixels: Vec<[u8; 3]> = self.shrinker.finish().iter().copied().map(flat).collect();
        let soft = self.placement.blur > 0.0;
        if soft {
            let radius = 0.04 * self.placement.blur.min(1.0) * size.width.max(size.height) as f32;
            defocus(&mut pixels, size, radius);
        }
        let tone = self.placement.matched.then(|| {
            let mask = &subject.mask().map().values;
            let here = mean_light(subject.canvas(), Some(mask));
            Tone::between(here, mean_light(&pixels, None))
        });
        let filter = if soft { Filter::Soft } else { Filter::Sharp };
        Ground::picture(pixels, size, subject, filter, tone)
    }
}

/// Blurs in light, where bright points stay bright.
fn defocus(pixels: &mut [[u8; 3]], size: Size, radius: f32) {
    let mut light: Vec<Light> = pixels.iter().copied().map(decoded).collect();
    blur(&mut light, size, radius, radius);
    for (pixel, light) in pixels.iter_mut().zip(light) {
        *pixel = encoded(light);
    }
}
