//! The subject's own colours along its edge, without the old background that shines through there.
//!
//! An edge pixel shows `alpha · front + (1 - alpha) · back`. Both are estimated, smooth where alpha is
//! smooth, from coarse to fine: Germer et al., "Fast multi-level foreground estimation" (2020). That
//! is done on a small copy; at full size each edge pixel then takes the nearest pair that explains it.

use crate::parallel;
use crate::raster::Size;
use crate::scale::{Filter, byte, scale};

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

/// Replaces the colours of edge pixels (alpha neither 0 nor 255) by the subject's own.
pub fn clean(colour: &mut [u8], alpha: &[u8], size: Size) {
    if !alpha.iter().any(|alpha| (1..=254).contains(alpha)) {
        return;
    }
    let small = size.within(LONGEST);
    let (pixels, _) = estimate(&base(colour, alpha, size, small));
    let (kx, ky) =
        (small.width as f32 / size.width as f32, small.height as f32 / size.height as f32);
    parallel::pieces(colour, size.width * 3, |y, row, _: &mut ()| {
        let alpha = &alpha[y * size.width..][..size.width];
        let (top, bottom, low) = between((y as f32 + 0.5) * ky - 0.5, small.height);
        let (pixels_of_row, _) = row.as_chunks_mut::<3>();
        for ((x, pixel), &alpha) in pixels_of_row.iter_mut().enumerate().zip(alpha) {
            if matches!(alpha, 0 | 255) {
                continue;
            }
            let (left, right, far) = between((x as f32 + 0.5) * kx - 0.5, small.width);
            let a = f32::from(alpha) / 255.0;
            let fit = a / (a * a + (1.0 - a) * (1.0 - a));
            for (c, value) in pixel.iter_mut().enumerate() {
                let at = |side: usize| {
                    let row = |y: usize| {
                        let pair = |x: usize| pixels[y * small.width + x][side][c];
                        pair(left) + (pair(right) - pair(left)) * far
                    };
                    row(top) + (row(bottom) - row(top)) * low
                };
                let (front, back) = (at(0), at(1));
                let rest = f32::from(*value) - (a * front + (1.0 - a) * back);
                *value = byte(front + fit * rest);
            }
        }
    });
}

/// The two neighbours of a place, and how far it is to the second.
fn between(at: f32, count: usize) -> (usize, usize, f32) {
    let at = at.max(0.0);
    let first = (at as usize).min(count - 1);
    (first, (first + 1).min(count - 1), at - first as f32)
}

/// The finest level.
fn base(colour: &[u8], alpha: &[u8], size: Size, small: Size) -> Level {
    let colour = scale::<3>(colour, size, small, Filter::Smooth);
    let alpha = scale::<1>(alpha, size, small, Filter::Smooth);
    Level {
        size: small,
        colour: colour.as_chunks::<3>().0.iter().map(|pixel| pixel.map(f32::from)).collect(),
        alpha: alpha.iter().map(|&alpha| f32::from(alpha) / 255.0).collect(),
    }
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
    let mut coarser = Vec::new();
    let mut level = finest;
    let mut halves: Vec<Level> = Vec::new();
    while level.size.area() > 1 {
        halves.push(halve(level));
        level = match halves.last() {
            Some(half) => half,
            None => break,
        };
    }
    coarser.extend(halves.iter().rev());
    coarser.push(finest);

    let mut size = Size { width: 1, height: 1 };
    let mut pairs = vec![means(finest)];
    for level in coarser {
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
