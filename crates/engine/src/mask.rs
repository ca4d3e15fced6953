//! How much of each pixel is the subject's, at the photo's own size.

use crate::blur::blur;
use crate::raster::{Map, Photo, Size};
use crate::scale::{Filter, byte, scale_with};
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
const NO: f32 = 0.28;
const YES: f32 = 0.62;
/// Above this a pixel is on an island; an island smaller than this share of the largest is a speck.
const SHORE: f32 = 0.04;
const SPECK: f32 = 0.02;
/// How far from an edge is far, as a share of the longer side.
const REACH: f32 = 0.016;

/// The photo's own alpha, if it says what the subject is.
pub fn own(photo: &Photo) -> Option<&[u8]> {
    let alpha = photo.alpha.as_deref()?;
    let clear = alpha.iter().filter(|&&alpha| alpha < 128).count();
    (clear as f32 > alpha.len() as f32 * MEANINGFUL && clear < alpha.len()).then_some(alpha)
}

/// The map at the photo's size, 0 to 255.
pub fn enlarge(map: &Map, size: Size) -> Vec<u8> {
    scale_with::<f32, u8, 1>(&map.values, map.size, size, Filter::Smooth, |_, line, row| {
        for (to, &value) in row.iter_mut().zip(line) {
            *to = byte(255.0 * value);
        }
    })
}

/// Decides where the network is in doubt; leaves the edges soft.
pub fn decide(map: &mut Map) {
    let sure = |&value: &f32| [f32::from(value > 0.9), f32::from(value < 0.1)];
    let mut near: Vec<[f32; 2]> = map.values.iter().map(sure).collect();
    let reach = REACH * map.size.width.max(map.size.height) as f32;
    blur(&mut near, map.size, reach, reach);
    for (value, [subject, background]) in map.values.iter_mut().zip(near) {
        // An edge has both at hand.
        let edge = step(0.02, 0.2, subject).min(step(0.02, 0.2, background));
        let decided = step(NO, YES, *value);
        *value = decided + (curve(*value) - decided) * edge;
    }
    sweep(map);
}

/// Takes away specks: islands that are small beside the largest.
fn sweep(map: &mut Map) {
    let Size { width, height } = map.size;
    // Which island a pixel is on; 0 is none yet.
    let mut island = vec![0_usize; map.size.area()];
    let mut areas = vec![0_usize];
    let mut edge = Vec::new();
    for start in 0..island.len() {
        if map.values[start] <= SHORE || island[start] > 0 {
            continue;
        }
        let name = areas.len();
        areas.push(0);
        island[start] = name;
        edge.push(start);
        while let Some(at) = edge.pop() {
            areas[name] += 1;
            let (y, x) = (at / width, at % width);
            let neighbours = [
                (x > 0).then(|| at - 1),
                (x + 1 < width).then_some(at + 1),
                (y > 0).then(|| at - width),
                (y + 1 < height).then_some(at + width),
            ];
            for next in neighbours.into_iter().flatten() {
                if map.values[next] > SHORE && island[next] == 0 {
                    island[next] = name;
                    edge.push(next);
                }
            }
        }
    }
    let largest = areas.iter().copied().max().unwrap_or(0) as f32;
    let speck = |name: usize| (areas[name] as f32) < SPECK * largest;
    for (value, &name) in map.values.iter_mut().zip(&island) {
        // What is below the shore is an island's soft edge, or haze at sea that shows as nothing.
        if name > 0 && speck(name) {
            *value = 0.0;
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
        let photo = |alpha: Option<Vec<u8>>| Photo {
            size: Size { width: 40, height: 10 },
            colour: vec![0; 1200],
            alpha,
            profile: None,
        };
        assert!(own(&photo(None)).is_none());
        assert!(own(&photo(Some(vec![255; 400]))).is_none());
        assert!(own(&photo(Some(vec![0; 400]))).is_none(), "nothing at all to see");
        let mut alpha = vec![255; 400];
        alpha[0] = 0;
        assert!(own(&photo(Some(alpha.clone()))).is_none(), "a stray pixel");
        alpha[..100].fill(0);
        assert!(own(&photo(Some(alpha))).is_some());
    }
}
