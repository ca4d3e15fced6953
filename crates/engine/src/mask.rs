//! How much of each pixel is the subject's, at the photo's own size.

use crate::blur::blur;
use crate::light::Light;
use crate::raster::{Map, Size};
use crate::scale::{Filter, Scaler, byte};
use crate::step::step;

/// The share of pixels that must be at least half transparent for the photo's own alpha to mean
/// something: less is a stray corner, or a scanner's border.
const MEANINGFUL: f32 = 0.005;
/// An alpha below this much is haze, above the other end the subject's inside: the network is seldom
/// quite sure. Between them the curve is mild enough to leave hair soft.
const HAZE: f32 = 0.08;
const SURE: f32 = 0.92;
/// Far from any edge an alpha between is doubt, not hair, and would show as a ghost. There it is
/// decided: below the one it is background, above the other subject.
const NO: f32 = 0.42;
const YES: f32 = 0.58;
/// Above this a pixel is on an island; an island smaller than this share of the largest is a speck.
const SHORE: f32 = 0.04;
const SPECK: f32 = 0.02;
/// How far from an edge is far, as a share of the longer side.
const REACH: f32 = 0.016;

/// Whether a photo's own alpha says what the subject is.
pub fn says_something(pixels: &[[u8; 4]]) -> bool {
    let clear = pixels.iter().filter(|[.., alpha]| *alpha < 128).count();
    clear as f32 > pixels.len() as f32 * MEANINGFUL && clear < pixels.len()
}

/// A map, enlarged a row at a time.
#[derive(Debug)]
pub struct Mask {
    map: Map,
    scaler: Scaler,
}

impl Mask {
    /// `size` is the photo's.
    pub fn new(map: Map, size: Size) -> Self {
        let scaler = Scaler::new(map.size, size, Filter::Smooth);
        Self { map, scaler }
    }

    /// The map as it is.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// A row of the photo's alpha, 0 to 255. Most of a photo is all subject or all background: there
    /// nothing is computed.
    pub fn row(&self, y: usize, to: &mut [u8], scratch: &mut MaskScratch) {
        let MaskScratch { column, level_until } = scratch;
        self.scaler.column(&self.map.values, y, column, Light::all);
        // For each place, where the run of the same value that it is in ends.
        level_until.clear();
        level_until.resize(column.len(), column.len());
        for x in (1..column.len()).rev() {
            level_until[x - 1] =
                if column[x - 1].first() == column[x].first() { level_until[x] } else { x };
        }
        for (x, to) in to.iter_mut().enumerate() {
            let part = self.scaler.part(x);
            let value = match part.end <= level_until[part.start] {
                true => column[part.start].first(),
                false => self.scaler.pixel(column, x).first(),
            };
            *to = byte(255.0 * value);
        }
    }
}

/// Memory for [`Mask::row`]; its content is leftovers.
#[derive(Debug, Default)]
pub struct MaskScratch {
    column: Vec<Light>,
    level_until: Vec<usize>,
}

/// Decides where the network is in doubt; leaves the edges soft.
pub fn decide(map: &mut Map) {
    let sure = |&value: &f32| Light::rgb([f32::from(value > 0.9), f32::from(value < 0.1), 0.0]);
    let mut near: Vec<Light> = map.values.iter().map(sure).collect();
    let reach = REACH * map.size.width.max(map.size.height) as f32;
    blur(&mut near, map.size, reach, reach);
    for (value, near) in map.values.iter_mut().zip(near) {
        let [subject, background, _] = near.three();
        // An edge has both at hand.
        let edge = step(0.02, 0.2, subject).min(step(0.02, 0.2, background));
        let decided = step(NO, YES, *value);
        *value = decided + (curve(*value) - decided) * edge;
    }
    sweep(map);
}

/// Takes away specks: islands that are small beside the largest.
fn sweep(map: &mut Map) {
    let islands = Islands::of(map);
    let least = SPECK * islands.areas[islands.largest()] as f32;
    islands.keep(map, |name| islands.areas[name] as f32 >= least);
}

/// Takes away all islands but the largest, or the first of several as large.
pub fn keep_largest(map: &mut Map) {
    let islands = Islands::of(map);
    let largest = islands.largest();
    islands.keep(map, |name| name == largest);
}

/// The connected parts of what is above the shore.
struct Islands {
    /// Which island each pixel is on; 0 is the sea.
    names: Vec<usize>,
    /// How many pixels each has; the sea counts as none.
    areas: Vec<usize>,
}

impl Islands {
    fn of(map: &Map) -> Self {
        let Size { width, height } = map.size;
        let mut names = vec![0_usize; map.size.area()];
        let mut areas = vec![0_usize];
        let mut edge = Vec::new();
        for start in 0..names.len() {
            if map.values[start] <= SHORE || names[start] > 0 {
                continue;
            }
            let name = areas.len();
            areas.push(0);
            names[start] = name;
            edge.push(start);
            while let Some(at) = edge.pop() {
                areas[name] += 1;
                let (y, x) = (at / width, at % width);
                for (is_there, next) in [
                    (x > 0, at.wrapping_sub(1)),
                    (x + 1 < width, at + 1),
                    (y > 0, at.wrapping_sub(width)),
                    (y + 1 < height, at + width),
                ] {
                    if is_there && map.values[next] > SHORE && names[next] == 0 {
                        names[next] = name;
                        edge.push(next);
                    }
                }
            }
        }
        Self { names, areas }
    }

    /// The name of the first that is as large as any.
    fn largest(&self) -> usize {
        let mut largest = 0;
        for (name, area) in self.areas.iter().enumerate() {
            if *area > self.areas[largest] {
                largest = name;
            }
        }
        largest
    }

    /// Clears those that are not to be kept.
    fn keep(&self, map: &mut Map, keep: impl Fn(usize) -> bool) {
        for (value, &name) in map.values.iter_mut().zip(&self.names) {
            // What is below the shore is an island's soft edge, or haze at sea that shows as nothing.
            if name > 0 && !keep(name) {
                *value = 0.0;
            }
        }
    }
}

/// Takes the haze out.
fn curve(value: f32) -> f32 {
    let x = ((value - HAZE) / (SURE - HAZE)).clamp(0.0, 1.0);
    // Half way between a straight line and a smooth step.
    0.5 * x + 0.5 * x * x * (3.0 - 2.0 * x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Map {
        let values = (0..width * height).map(|at| value(at % width, at / width)).collect();
        Map { size: Size { width, height }, values }
    }

    #[test]
    fn doubt_is_decided_and_edges_stay_soft() {
        // Sure to the left, a soft edge, then background; a ghost and a faint middle.
        let mut soft = map(200, 200, |x, y| match (x, y) {
            (20..40, 100..120) => 0.7,
            (150..190, 20..60) => 0.25,
            _ => ((103.0 - x as f32) / 6.0).clamp(0.0, 1.0),
        });
        decide(&mut soft);
        assert_eq!(soft.values[110 * 200 + 30], 1.0, "a hole in the subject is filled");
        assert_eq!(soft.values[40 * 200 + 170], 0.0, "a ghost is gone");
        let edge = soft.values[100 * 200 + 100];
        assert!(edge > 0.2 && edge < 0.8, "{edge}");
    }

    #[test]
    fn specks_go_and_large_parts_stay() {
        let mut parts = map(100, 100, |x, y| match (x, y) {
            (10..50, 10..50) | (60..80, 60..80) | (90..92, 5..7) => 1.0,
            _ => 0.0,
        });
        sweep(&mut parts);
        assert_eq!(parts.values[30 * 100 + 30], 1.0);
        assert_eq!(parts.values[70 * 100 + 70], 1.0);
        assert_eq!(parts.values[6 * 100 + 91], 0.0);
    }

    #[test]
    fn own_alpha_counts_when_it_says_something() {
        let pixels = |clear: usize| -> Vec<[u8; 4]> {
            (0..400).map(|at| [0, 0, 0, if at < clear { 0 } else { 255 }]).collect()
        };
        assert!(!says_something(&pixels(0)));
        assert!(!says_something(&pixels(400)), "nothing at all to see");
        assert!(!says_something(&pixels(1)), "a stray pixel");
        assert!(says_something(&pixels(100)));
    }

    #[test]
    fn a_row_is_what_the_filter_makes() {
        let soft = map(60, 40, |x, y| ((x as f32 - 20.0 - y as f32 / 4.0) / 5.0).clamp(0.0, 1.0));
        let size = Size { width: 191, height: 127 };
        let mask = Mask::new(soft.clone(), size);
        let wanted = mask.scaler.all(&crate::scale::lights(&soft.values));
        let wanted: Vec<u8> = wanted.iter().map(|sum| byte(255.0 * sum.first())).collect();
        let mut row = vec![0; size.width];
        for (y, wanted) in wanted.chunks_exact(size.width).enumerate() {
            mask.row(y, &mut row, &mut MaskScratch::default());
            assert_eq!(row, wanted);
        }
    }
}
