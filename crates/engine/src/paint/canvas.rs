//! What a backdrop is painted on: a small picture in light, not in bytes.
//!
//! Light is the square of the encoded value, close enough to the sRGB curve for painting, and exact
//! everywhere. A place is `u` across and `v` down in heights of the picture: `v` is 0 to 1, `u` is 0
//! to the aspect.

use crate::blur::blur;
pub use crate::light::Light;
pub use crate::light::blend;
use crate::light::decoded;
use crate::raster::Size;
pub use crate::step::step;
use backdrop_network::parallel;

/// A picture that is being painted.
#[derive(Debug, Clone)]
pub struct Canvas {
    pub size: Size,
    pub light: Vec<Light>,
}

impl Canvas {
    /// A black canvas.
    pub fn new(size: Size) -> Self {
        Self { size, light: vec![Light::all(0.0); size.area()] }
    }

    /// Gives each place the light of `paint(u, v)`.
    pub fn paint(&mut self, paint: &(dyn Fn(f32, f32) -> Light + Sync)) {
        self.each(&|u, v, light| *light = paint(u, v));
    }

    /// Width by height.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    pub fn aspect(&self) -> f32 {
        self.size.width as f32 / self.size.height as f32
    }

    /// Changes the light at each place.
    pub fn each(&mut self, change: &(dyn Fn(f32, f32, &mut Light) + Sync)) {
        let unit = 1.0 / self.size.height as f32;
        parallel::pieces(&mut self.light, self.size.width, |y, row, _: &mut ()| {
            let v = (y as f32 + 0.5) * unit;
            for (x, light) in row.iter_mut().enumerate() {
                change((x as f32 + 0.5) * unit, v, light);
            }
        });
    }

    /// Blurs, the radii in heights of the picture.
    pub fn blur(&mut self, across: f32, down: f32) {
        let unit = self.size.height as f32;
        blur(&mut self.light, self.size, across * unit, down * unit);
    }

    /// Out of focus by depth: sharp is blurred by `near`, and where `far(v)` is 1 by `most`.
    pub fn focus(&mut self, near: f32, most: f32, far: &(dyn Fn(f32) -> f32 + Sync)) {
        let mut soft = self.clone();
        self.blur(near, near);
        soft.blur(most, most);
        let (width, unit) = (self.size.width, 1.0 / self.size.height as f32);
        parallel::pieces(&mut self.light, width, |y, row, _: &mut ()| {
            let share = far((y as f32 + 0.5) * unit).clamp(0.0, 1.0);
            for (light, soft) in row.iter_mut().zip(&soft.light[y * width..]) {
                *light = blend(*light, *soft, share);
            }
        });
    }

    /// A point of light far out of focus: an even disc with a slightly brighter rim, added.
    pub fn disc(&mut self, u: f32, v: f32, radius: f32, light: Light, strength: f32) {
        let unit = self.size.height as f32;
        let (x, y, r) = (u * unit, v * unit, (radius * unit).max(0.7));
        let (first, last) = ((y - r - 1.0).max(0.0) as usize, (y + r + 2.0).max(0.0) as usize);
        let (left, right) = ((x - r - 1.0).max(0.0) as usize, (x + r + 2.0).max(0.0) as usize);
        for py in first..last.min(self.size.height) {
            let dy = py as f32 + 0.5 - y;
            for px in left..right.min(self.size.width) {
                let to = &mut self.light[py * self.size.width + px];
                let dx = px as f32 + 0.5 - x;
                let from_centre = (dx * dx + dy * dy).sqrt() / r;
                let edge = 1.0 - step(0.86, 1.06, from_centre);
                let rim = 0.8 + 0.35 * step(0.5, 0.95, from_centre);
                *to += light * strength * edge * rim;
            }
        }
    }
}

/// A colour as people write it, `0xRRGGBB`, as light.
// Called in a hundred places: out of line in a browser, which loads them all. Elsewhere it costs nothing
// once it stands where it is called, as the colours there are constants. So too for `step`, noise and
// random numbers. By C's convention, in which a vector comes back in a register: by Rust's it would come
// through memory.
#[cfg_attr(target_arch = "wasm32", inline(never))]
#[cfg_attr(
    target_arch = "wasm32",
    allow(improper_ctypes_definitions, reason = "only Rust calls it: no C need know a vector")
)]
pub extern "C" fn rgb(hex: u32) -> Light {
    let [_, r, g, b] = hex.to_be_bytes();
    decoded([r, g, b])
}

/// How far away a place is that lies so far across and down.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub fn away(across: f32, down: f32) -> f32 {
    (across * across + down * down).sqrt()
}

/// Lighter or darker.
#[inline(always)]
pub fn times(a: Light, factor: f32) -> Light {
    a * factor
}

/// 1 at 0, falling off smoothly; a half at a distance of `half`.
#[cfg_attr(target_arch = "wasm32", inline(never))]
pub fn glow(distance: f32, half: f32) -> f32 {
    let x = distance / half;
    1.0 / (1.0 + x * x)
}
