//! The subject's own colours along its edge, without the old background that shines through there.
//!
//! An edge pixel shows `alpha · front + (1 - alpha) · back`. Both are estimated, smooth where alpha is
//! smooth, from coarse to fine: Germer et al., "Fast multi-level foreground estimation" (2020). That
//! is done on a small copy; at full size each edge pixel then takes the nearest pair that explains it.

use crate::light::Light;
use crate::raster::{Map, Size};
use crate::scale::{Filter, Scaler, byte, scale};
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
type Pair = [[f32; 3]; 2];

/// One level of the pyramid.
struct Level {
    size: Size,
    colour: Vec<[f32; 3]>,
    alpha: Vec<f32>,
}

/// Front and back of each pixel of a small copy of the photo.
#[derive(Debug)]
pub struct Fringe {
    size: Size,
    pairs: Vec<[[u8; 3]; 2]>,
}

impl Fringe {
    /// Estimates both from a copy of the photo and how much of each pixel is the subject's.
    pub fn of(colour: &[[u8; 3]], mask: &Map) -> Self {
        let (pairs, size) = estimate(&finest(colour, mask));
        Self { size, pairs: pairs.iter().map(|pair| pair.map(|side| side.map(byte))).collect() }
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
        colour: [u8; 3],
        alpha: u8,
        (top, bottom, low): Between,
        x: usize,
        width: usize,
    ) -> [u8; 3] {
        let scale = self.size.width as f32 / width as f32;
        let (left, right, far) = between((x as f32 + 0.5) * scale - 0.5, self.size.width);
        let a = f32::from(alpha) / 255.0;
        let fit = a / (a * a + (1.0 - a) * (1.0 - a));
        let pair = |y: usize, x: usize| &self.pairs[y * self.size.width + x];
        let four = [pair(top, left), pair(top, right), pair(bottom, left), pair(bottom, right)];
        std::array::from_fn(|c| {
            let at = |side: usize| {
                let [a, b, c, d] = four.map(|pair| f32::from(pair[side][c]));
                let (above, below) = (a + (b - a) * far, c + (d - c) * far);
                above + (below - above) * low
            };
            let (front, back) = (at(0), at(1));
            let rest = f32::from(colour[c]) - (a * front + (1.0 - a) * back);
            byte(front + fit * rest)
        })
    }
}

/// The finest level.
fn finest(colour: &[[u8; 3]], mask: &Map) -> Level {
    let size = mask.size.within(LONGEST);
    let alpha = match size == mask.size {
        true => mask.values.clone(),
        false => {
            let scaler = Scaler::new(mask.size, size, Filter::Smooth);
            scaler.all(&mask.values, Light::all, |sum| sum.first().clamp(0.0, 1.0))
        }
    };
    let colour = scale(colour, mask.size, size, Filter::Smooth);
    Level { size, colour: colour.iter().map(|pixel| pixel.map(f32::from)).collect(), alpha }
}

/// The level of half the size: means of up to four pixels.
fn halve(level: &Level) -> Level {
    let Size { width, height } = level.size;
    let size = Size { width: width.div_ceil(2), height: height.div_ceil(2) };
    let mut half = Level {
        size,
        colour: Vec::with_capacity(size.area()),
        alpha: Vec::with_capacity(size.area()),
    };
    for y in (0..height).step_by(2) {
        for x in (0..width).step_by(2) {
            let (right, below) = ((x + 1).min(width - 1), (y + 1).min(height - 1));
            let four = [(y, x), (y, right), (below, x), (below, right)].map(|(y, x)| y * width + x);
            let mut colour = [0.0; 3];
            for at in four {
                for (sum, value) in colour.iter_mut().zip(level.colour[at]) {
                    *sum += value / 4.0;
                }
            }
            half.colour.push(colour);
            half.alpha.push(four.iter().map(|&at| level.alpha[at] / 4.0).sum());
        }
    }
    half
}

/// Front and back of each pixel of the finest level.
fn estimate(finest: &Level) -> (Vec<Pair>, Size) {
    let halves: Vec<Level> = std::iter::successors(Some(halve(finest)), |level| {
        (level.size.area() > 1).then(|| halve(level))
    })
    .collect();

    let mut size = Size { width: 1, height: 1 };
    let mut pairs = vec![means(finest)];
    for level in halves.iter().rev().chain([finest]) {
        pairs = spread(&pairs, size, level.size);
        size = level.size;
        let rounds = match size.width.max(size.height) {
            ..=SMALL => ROUNDS_SMALL,
            _ => ROUNDS,
        };
        for _ in 0..rounds {
            solve(level, &mut pairs);
        }
    }
    (pairs, size)
}

/// The mean colours of what is surely front and surely back.
fn means(level: &Level) -> Pair {
    let mut sums = [([0.0; 3], 1e-6); 2];
    for (colour, alpha) in level.colour.iter().zip(&level.alpha) {
        for ((sum, count), share) in sums.iter_mut().zip([*alpha, 1.0 - alpha]) {
            if share > 0.9 {
                *count += 1.0;
                for (sum, value) in sum.iter_mut().zip(colour) {
                    *sum += value;
                }
            }
        }
    }
    sums.map(|(sum, count)| sum.map(|sum| sum / count))
}

/// Each pair for the pixels of the next finer level that it stands for.
fn spread(pairs: &[Pair], from: Size, to: Size) -> Vec<Pair> {
    let place = |at: usize, from: usize, to: usize| (at * from / to).min(from - 1);
    (0..to.area())
        .map(|at| {
            let (y, x) = (at / to.width, at % to.width);
            pairs[place(y, from.height, to.height) * from.width + place(x, from.width, to.width)]
        })
        .collect()
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
            let (a, colour) = (level.alpha[at], level.colour[at]);
            let b = 1.0 - a;
            let mut hold = 0.0;
            let mut front = colour.map(|value| a * value);
            let mut back = colour.map(|value| b * value);
            for other in neighbours {
                let weight = AGREE + SLOPE * (level.alpha[other] - a).abs();
                hold += weight;
                for c in 0..3 {
                    front[c] += weight * pairs[other][0][c];
                    back[c] += weight * pairs[other][1][c];
                }
            }
            // Two equations in two unknowns, the same for each colour.
            let (aa, bb, ab) = (a * a + hold, b * b + hold, a * b);
            let scale = 1.0 / (aa * bb - ab * ab);
            for c in 0..3 {
                pairs[at][0][c] = ((bb * front[c] - ab * back[c]) * scale).clamp(0.0, 255.0);
                pairs[at][1][c] = ((aa * back[c] - ab * front[c]) * scale).clamp(0.0, 255.0);
            }
        }
    }
}
