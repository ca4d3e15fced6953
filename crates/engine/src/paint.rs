//! Painted backdrops: far out of focus, as behind a subject photographed with a wide lens.

pub mod canvas;
pub mod looks;
mod noise;

use crate::light::grey;
use crate::look::Mood;
use crate::random::{Random, mix};
use crate::raster::Size;
use crate::scale::{Filter, Scaler};
use crate::shadow::Footing;
use canvas::{Canvas, Light, blend, step, times};
use noise::lattice;

/// The longer side of the canvas. What is out of focus loses nothing by it.
const LONGEST: usize = 768;
/// How strong the grain is, in steps of a byte: it keeps soft gradients from banding, and sits well
/// with a photo's own noise.
const GRAIN: f32 = 2.2;

/// What a look paints with.
pub struct Scene<'a> {
    pub canvas: &'a mut Canvas,
    pub mood: Mood,
    pub random: &'a mut Random,
    /// Where a subject stands, in heights of the picture; the horizon lies above it.
    pub stands: Option<f32>,
}

impl Scene<'_> {
    /// The horizon: where the look wants it, unless the subject would then hang in the air.
    pub fn horizon(&self, wanted: f32) -> f32 {
        self.stands.map_or(wanted, |stands| wanted.min(stands - 0.14).max(0.16))
    }

    /// The colour that the words name, else the look's own.
    pub fn surface(&self, own: Light) -> Light {
        self.mood.tint.unwrap_or(own)
    }

    /// A seed for noise.
    pub fn seed(&mut self) -> u64 {
        self.random.bits()
    }
}

/// A backdrop that is painted, and enlarged a row at a time.
#[derive(Debug)]
pub struct Painting {
    canvas: Canvas,
    scaler: Scaler,
    /// The grain's.
    seed: u64,
}

impl Painting {
    /// Paints a look for a picture of some size. `footing` says where the subject stands.
    pub fn of(
        paint: fn(&mut Scene<'_>),
        ground: bool,
        mood: Mood,
        seed: u64,
        size: Size,
        footing: &Footing,
    ) -> Self {
        let mut random = Random::new(mix(seed ^ 0xBAC4_D809));
        let small = size.within(LONGEST);
        let mut canvas = Canvas::new(small);
        paint(&mut Scene {
            canvas: &mut canvas,
            mood,
            random: &mut random,
            stands: footing.stands(),
        });
        grade(&mut canvas, mood);
        if ground {
            footing.shade(&mut canvas);
        }
        let scaler = Scaler::new(small, size, Filter::Soft);
        Self { canvas, scaler, seed: random.bits() }
    }

    /// Enlarges a row, encodes its light, and adds grain. Where `alpha` is 255 nothing is written.
    pub fn row(&self, y: usize, alpha: &[u8], to: &mut [[u8; 3]], column: &mut Vec<Light>) {
        self.scaler.column(&self.canvas.light, y, column, |light| light);
        for (x, (to, &alpha)) in to.iter_mut().zip(alpha).enumerate() {
            if alpha == 255 {
                continue;
            }
            let light = self.scaler.pixel(column, x);
            let (x, y) = (x as i64, y as i64);
            let grain = lattice(x, y, self.seed) + lattice(x, y, !self.seed) - 1.0;
            *to = (shoulder(light).sqrt() * 255.0 + Light::all(GRAIN * grain)).rgb_bytes();
        }
    }
}

/// The words' light: warmer or colder, darker or brighter, towards the colour they name; and the
/// corners a little darker, as a lens makes them.
fn grade(canvas: &mut Canvas, mood: Mood) {
    let aspect = canvas.aspect();
    let warm = mood.warmth;
    let gain = Light::rgb([1.0 + 0.16 * warm, 1.0 + 0.02 * warm, 1.0 - 0.2 * warm]);
    let exposure = match mood.brightness {
        dark @ ..0.0 => 1.0 + 0.62 * dark,
        bright => 1.0 + 0.3 * bright,
    };
    canvas.each(&|u, v, light| {
        let (x, y) = (u / aspect - 0.5, v - 0.5);
        let corner = 1.0 - 0.34 * step(0.12, 0.62, x * x + y * y);
        *light = *light * (gain * exposure * corner);
        if let Some(tint) = mood.tint {
            let (grey, tone) = (grey(*light), grey(tint));
            *light = blend(*light, times(tint, grey / tone.max(0.02)), 0.3);
        }
    });
}

/// Highlights run out softly instead of being cut at white.
#[inline(always)]
fn shoulder(light: Light) -> Light {
    const KNEE: f32 = 0.72;
    let over = (light - Light::all(KNEE)).clamp(0.0, f32::MAX) * (1.0 / (1.0 - KNEE));
    light.clamp(0.0, KNEE) + over / (over + Light::all(1.0)) * (1.0 - KNEE)
}
