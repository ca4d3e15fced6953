//! The subject's own colours along its edge, without the old background that shines through there.
//!
//! An edge pixel shows `alpha · front + (1 - alpha) · back`. Both are estimated, smooth where alpha is
//! smooth, from coarse to fine: Germer et al., "Fast multi-level foreground estimation" (2020). That
//! is done on a small copy; at full size each edge pixel then takes the nearest pair that explains it.

use crate::light::{Light, blend};
use crate::raster::{Map, Size};
use crate::scale::scale;
use backdrop_network::{Between, between};

/// The longer side of the small copy: colours vary slowly along an edge.
const LONGEST: usize = 768;
/// How strongly neighbours agree where alpha is flat, and how much more across its slope (the paper's).
const AGREE: f32 = 1e-5;
const SLOPE: f32 = 1.0;
/// Rounds at a level: many while it is tiny, few when it is large.
const ROUNDS_SMALL: usize = 10;
const ROUNDS: usize = 2;
const SMALL: usize = 32;

/// Front and back of one pixel.
type Pair = [Light; 2];

/// One level of the pyramid: red, green and blue from 0 to 255, and how much is the subject's.
struct Level {
    size: Size,
    pixels: Vec<Light>,
}

/// Front and back of each pixel of a small copy of the photo.
#[derive(Debug)]
pub struct Fringe {
    size: Size,
    pairs: Vec<[[u8; 4]; 2]>,
}

impl Fringe {
    /// Estimates both from a copy of the photo and how much of each pixel is the subject's.
    pub fn of(colour: &[[u8; 3]], mask: &Map) -> Self {
        let (pairs, size) = estimate(finest(colour, mask));
        let pairs = pairs.iter().map(|pair| pair.map(|side| side.bytes()));
        Self { size, pairs: pairs.collect() }
    }

    /// Which rows of pairs are around row `y` of a photo with `height` rows.
    pub fn rows(&self, y: usize, height: usize) -> Between {
        let scale = self.size.height as f32 / height as f32;
        between((y as f32 + 0.5) * scale - 0.5, self.size.height)
    }

    /// The subject's own colour of an edge pixel, at column `x` of a photo `width` wide, between
    /// [`Fringe::rows`].
    #[inline(always)]
    pub fn clean(
        &self,
        colour: Light,
        alpha: u8,
        (top, bottom, low): Between,
        x: usize,
        width: usize,
    ) -> Light {
        let scale = self.size.width as f32 / width as f32;
        let (left, right, far) = between((x as f32 + 0.5) * scale - 0.5, self.size.width);
        let a = f32::from(alpha) / 255.0;
        let fit = a / (a * a + (1.0 - a) * (1.0 - a));
        let pair = |y: usize, x: usize| &self.pairs[y * self.size.width + x];
        let side = |side: usize| {
            let light = |y: usize, x: usize| Light::of_four(pair(y, x)[side]);
            let above = blend(light(top, left), light(top, right), far);
            let below = blend(light(bottom, left), light(bottom, right), far);
            blend(above, below, low)
        };
        let (front, back) = (side(0), side(1));
        let rest = colour - (front * a + back * (1.0 - a));
        (front + rest * fit).clamp(0.0, 255.0)
    }
}

/// The finest level.
fn finest(colour: &[[u8; 3]], mask: &Map) -> Level {
    let size = mask.size.within(LONGEST);
    let both = colour.iter().zip(&mask.values).map(|(colour, &alpha)| {
        let [r, g, b] = Light::of_bytes(*colour).three();
        Light::of([r, g, b, alpha])
    });
    Level { size, pixels: scale(both.collect(), mask.size, size) }
}

/// The level of half the size: means of up to four pixels.
fn halve(level: &Level) -> Level {
    let Size { width, height } = level.size;
    let size = Size { width: width.div_ceil(2), height: height.div_ceil(2) };
    let mut pixels = Vec::with_capacity(size.area());
    for y in 0..size.height {
        for x in 0..size.width {
            let (y, x) = (2 * y, 2 * x);
            let (right, below) = ((x + 1).min(width - 1), (y + 1).min(height - 1));
            let mut sum = Light::all(0.0);
            for (y, x) in [(y, x), (y, right), (below, x), (below, right)] {
                sum += level.pixels[y * width + x] * 0.25;
            }
            pixels.push(sum);
        }
    }
    Level { size, pixels }
}

/// Front and back of each pixel of the finest level.
fn estimate(finest: Level) -> (Vec<Pair>, Size) {
    let mut pairs = vec![means(&finest)];
    let mut levels = vec![finest];
    while let Some(level) = levels.last().filter(|level| level.size.area() > 1) {
        levels.push(halve(level));
    }
    let mut size = Size { width: 1, height: 1 };
    while let Some(level) = levels.pop() {
        pairs = spread(&pairs, size, level.size);
        size = level.size;
        let rounds = match size.width.max(size.height) {
            ..=SMALL => ROUNDS_SMALL,
            _ => ROUNDS,
        };
        for _ in 0..rounds {
            solve(&level, &mut pairs);
        }
    }
    (pairs, size)
}

/// The mean colours of what is surely front and surely back.
fn means(level: &Level) -> Pair {
    let mut sums = [(Light::all(0.0), 1e-6); 2];
    for pixel in &level.pixels {
        for ((sum, count), share) in sums.iter_mut().zip([pixel.last(), 1.0 - pixel.last()]) {
            if share > 0.9 {
                *count += 1.0;
                *sum += *pixel;
            }
        }
    }
    sums.map(|(sum, count)| sum * (1.0 / count))
}

/// Each pair for the pixels of the next finer level that it stands for.
fn spread(pairs: &[Pair], from: Size, to: Size) -> Vec<Pair> {
    let place = |at: usize, from: usize, to: usize| (at * from / to).min(from - 1);
    let mut spread = Vec::with_capacity(to.area());
    for y in 0..to.height {
        for x in 0..to.width {
            let row = place(y, from.height, to.height) * from.width;
            spread.push(pairs[row + place(x, from.width, to.width)]);
        }
    }
    spread
}

/// One round: each pixel's pair that best explains it and agrees with its neighbours, in place.
fn solve(level: &Level, pairs: &mut [Pair]) {
    let Size { width, height } = level.size;
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let neighbours = [
                if x > 0 { at - 1 } else { at },
                if x + 1 < width { at + 1 } else { at },
                if y > 0 { at - width } else { at },
                if y + 1 < height { at + width } else { at },
            ];
            let pixel = level.pixels[at];
            let a = pixel.last();
            let b = 1.0 - a;
            let mut hold = 0.0;
            let (mut front, mut back) = (pixel * a, pixel * b);
            for other in neighbours {
                let weight = AGREE + SLOPE * (level.pixels[other].last() - a).abs();
                hold += weight;
                front += pairs[other][0] * weight;
                back += pairs[other][1] * weight;
            }
            // Two equations in two unknowns, the same for each colour.
            let (aa, bb, ab) = (a * a + hold, b * b + hold, a * b);
            let scale = 1.0 / (aa * bb - ab * ab);
            pairs[at] = [front * bb - back * ab, back * aa - front * ab]
                .map(|side| (side * scale).clamp(0.0, 255.0));
        }
    }
}
