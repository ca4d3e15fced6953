//! Where the subject stands, and the soft shadow that it throws there: without one it floats.

use crate::blur::blur;
use crate::paint::canvas::{Canvas, Light, blend};
use crate::raster::{Map, Size};
use crate::scale::scale_map;
use crate::step::step;
use backdrop_network::between;

/// The longer side of the mask that shadows are made from.
const LONGEST: usize = 512;

/// The subject's mask, small, and where it ends.
#[derive(Debug)]
pub struct Footing {
    size: Size,
    alpha: Vec<f32>,
    ends: Option<Ends>,
}

/// The subject's first and last rows in the small mask.
#[derive(Debug, Clone, Copy)]
struct Ends {
    top: usize,
    bottom: usize,
    /// Whether the picture's lower edge cuts the subject: then it stands somewhere below.
    cut: bool,
}

impl Footing {
    /// Looks at a mask.
    pub fn of(mask: &Map) -> Self {
        let small = mask.size.within(LONGEST);
        let alpha = scale_map(&mask.values, mask.size, small);
        // A row counts when more of it is subject than stray pixels make.
        let least = (small.width / 100).max(1);
        let solid = |row: &[f32]| row.iter().filter(|&&alpha| alpha > 0.5).count() >= least;
        let rows = || alpha.chunks_exact(small.width);
        let ends = rows().position(solid).zip(rows().rposition(solid)).map(|(top, bottom)| Ends {
            top,
            bottom,
            cut: bottom + 1 + small.height / 100 >= small.height,
        });
        Self { size: small, alpha, ends }
    }

    /// How far down the subject stands, in heights of the picture; none if the edge cuts it.
    pub fn stands(&self) -> Option<f32> {
        let ends = self.ends.filter(|ends| !ends.cut)?;
        Some((ends.bottom + 1) as f32 / self.size.height as f32)
    }

    /// Darkens a ground: a tight shadow where the subject touches it, and a wide one around.
    pub fn shade(&self, canvas: &mut Canvas) {
        let Some(Ends { top, bottom, .. }) = self.ends.filter(|ends| !ends.cut) else {
            return;
        };
        let Size { width, height } = self.size;
        let tall = (bottom + 1 - top) as f32;
        let mut touch = vec![Light::all(0.0); self.size.area()];
        for x in 0..width {
            let solid = |y: &usize| self.alpha[y * width + x] > 0.5;
            let Some(lowest) = (top..=bottom).rev().find(solid) else {
                continue;
            };
            // The nearer to the lowest point, the more surely it touches.
            let above = (bottom - lowest) as f32 / tall;
            let strength = step(0.42, 0.06, above);
            let reach = (0.02 * tall) as usize + 1;
            for y in lowest.saturating_sub(reach)..(lowest + reach).min(height) {
                touch[y * width + x] = Light::all(strength);
            }
        }
        let mut wide = touch.clone();
        blur(&mut touch, self.size, 0.018 * tall, 0.012 * tall);
        blur(&mut wide, self.size, 0.11 * tall, 0.045 * tall);
        let shade: Vec<Light> = touch
            .iter()
            .zip(&wide)
            .map(|(near, wide)| {
                let dark = 1.0
                    - (1.0 - (0.62 * near.first()).min(0.6))
                        * (1.0 - (1.5 * wide.first()).min(0.5));
                // The sky's light reaches into a shadow: it is a little blue.
                Light::rgb([1.0 - dark, 1.0 - 0.995 * dark, 1.0 - 0.985 * dark])
            })
            .collect();
        let unit = height as f32;
        canvas.each(&|u, v, light| {
            let (left, right, far) = between(u * unit - 0.5, width);
            let (above, below, low) = between(v * unit - 0.5, height);
            let row = |y: usize| blend(shade[y * width + left], shade[y * width + right], far);
            *light = *light * blend(row(above), row(below), low);
        });
    }
}
