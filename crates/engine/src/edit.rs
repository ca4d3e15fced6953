//! The person's corrections of a mask, as data: what was done can be undone by leaving the last out.

use crate::blur::blur;
use crate::mask::keep_largest;
use crate::raster::{Map, Size};
use crate::scale::lights;

/// One correction. They hold in the order in which they were made.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// A stroke of the brush.
    Stroke(Stroke),
    /// The edge moves outwards by a share of the photo's longer side, inwards if negative; at most
    /// [`FARTHEST`] at once.
    Grow(f32),
    /// The edge becomes softer, by a share of the photo's longer side; at most [`FARTHEST`].
    Feather(f32),
    /// Only the largest connected part stays.
    KeepLargest,
}

/// A brush drawn along a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    /// To keep what is under it, or to remove it.
    pub keep: bool,
    /// A share of the photo's longer side.
    pub radius: f32,
    /// Where it went, as shares of the photo's width and height.
    pub points: Vec<[f32; 2]>,
}

/// How far an edge moves at once, as a share of the photo's longer side.
pub const FARTHEST: f32 = 0.025;

/// Carries corrections out.
pub fn apply(map: &mut Map, edits: &[Edit]) {
    let longest = map.size.width.max(map.size.height) as f32;
    let pixels = |share: f32| share.clamp(-FARTHEST, FARTHEST) * longest;
    for edit in edits {
        match edit {
            Edit::Stroke(stroke) => draw(map, stroke),
            Edit::Grow(share) => grow(map, pixels(*share)),
            Edit::Feather(share) => feather(map, pixels(*share)),
            Edit::KeepLargest => keep_largest(map),
        }
    }
}

/// A round brush with an edge one pixel soft.
fn draw(map: &mut Map, stroke: &Stroke) {
    let Size { width, height } = map.size;
    let longest = width.max(height) as f32;
    let radius = (stroke.radius.clamp(0.0, 1.0) * longest).max(0.5);
    // Far outside is as good as just outside, and keeps what is not a number out.
    let place = |[u, v]: [f32; 2]| {
        let bound = |share: f32| if share.is_nan() { -1.0 } else { share.clamp(-1.0, 2.0) };
        [bound(u) * width as f32, bound(v) * height as f32]
    };
    let mut from = match stroke.points.first() {
        Some(&first) => place(first),
        None => return,
    };
    for &to in &stroke.points {
        let to = place(to);
        let span = |a: f32, b: f32, count: usize| {
            let (least, most) = (a.min(b) - radius - 1.0, a.max(b) + radius + 1.0);
            (least.max(0.0) as usize).min(count)..(most.max(0.0) as usize + 1).min(count)
        };
        for y in span(from[1], to[1], height) {
            for x in span(from[0], to[0], width) {
                let distance = distance([x as f32 + 0.5, y as f32 + 0.5], from, to);
                let covered = (radius + 0.5 - distance).clamp(0.0, 1.0);
                let value = &mut map.values[y * width + x];
                *value = match stroke.keep {
                    true => value.max(covered),
                    false => value.min(1.0 - covered),
                };
            }
        }
        from = to;
    }
}

/// From a point to the line between two others.
fn distance(point: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let there = [point[0] - from[0], point[1] - from[1]];
    let length = along[0] * along[0] + along[1] * along[1];
    let share = match length > 0.0 {
        true => ((there[0] * along[0] + there[1] * along[1]) / length).clamp(0.0, 1.0),
        false => 0.0,
    };
    let (x, y) = (there[0] - share * along[0], there[1] - share * along[1]);
    (x * x + y * y).sqrt()
}

/// Moves the edge: each pixel takes the largest of its neighbours, the smallest to shrink. Neighbours
/// are by turns four and eight, which makes an octagon of a point.
fn grow(map: &mut Map, by: f32) {
    let steps = (by.abs() + 0.5) as usize;
    let more = |a: f32, b: f32| if by > 0.0 { a.max(b) } else { a.min(b) };
    let width = map.size.width;
    for step in 0..steps {
        let before = map.values.clone();
        let across = |at: usize| {
            let (x, value) = (at % width, before[at]);
            let left = if x > 0 { before[at - 1] } else { value };
            let right = if x + 1 < width { before[at + 1] } else { value };
            more(value, more(left, right))
        };
        let beside = |at: usize| if step % 2 == 0 { before[at] } else { across(at) };
        for (at, value) in map.values.iter_mut().enumerate() {
            let above = if at >= width { beside(at - width) } else { before[at] };
            let below = if at + width < before.len() { beside(at + width) } else { before[at] };
            *value = more(across(at), more(above, below));
        }
    }
}

fn feather(map: &mut Map, by: f32) {
    let mut values = lights(&map.values);
    blur(&mut values, map.size, by.abs(), by.abs());
    for (value, blurred) in map.values.iter_mut().zip(values) {
        *value = blurred.first().clamp(0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_map() -> impl Strategy<Value = Map> {
        (1..48_usize, 1..48_usize, any::<u64>()).prop_map(|(width, height, seed)| {
            let mut random = crate::random::Random::new(seed);
            let size = Size { width, height };
            // Whole parts and soft ones.
            let value = |_| (random.unit() * 3.0 - 1.0).clamp(0.0, 1.0);
            Map { size, values: (0..size.area()).map(value).collect() }
        })
    }

    fn any_stroke() -> impl Strategy<Value = Stroke> {
        let point = prop::array::uniform2(prop_oneof![-0.5_f32..1.5, any::<f32>()]);
        let points = prop::collection::vec(point, 0..5);
        (any::<bool>(), prop_oneof![0.0_f32..0.4, any::<f32>()], points)
            .prop_map(|(keep, radius, points)| Stroke { keep, radius, points })
    }

    fn any_edit() -> impl Strategy<Value = Edit> {
        prop_oneof![
            any_stroke().prop_map(Edit::Stroke),
            any::<f32>().prop_map(Edit::Grow),
            any::<f32>().prop_map(Edit::Feather),
            Just(Edit::KeepLargest),
        ]
    }

    fn edited(map: &Map, edits: &[Edit]) -> Map {
        let mut map = map.clone();
        apply(&mut map, edits);
        map
    }

    fn all(a: &Map, b: &Map, holds: impl Fn(f32, f32) -> bool) -> bool {
        a.values.iter().zip(&b.values).all(|(a, b)| holds(*a, *b))
    }

    /// A step of this many pixels.
    fn share(map: &Map, pixels: f32) -> f32 {
        pixels / map.size.width.max(map.size.height) as f32
    }

    proptest! {
        #[test]
        fn a_mask_stays_a_mask(map in any_map(), edits in prop::collection::vec(any_edit(), 0..6)) {
            let made = edited(&map, &edits);
            prop_assert_eq!(made.values.len(), map.values.len());
            prop_assert!(made.values.iter().all(|value| (0.0..=1.0).contains(value)));
        }

        #[test]
        fn leaving_the_last_out_undoes_it(map in any_map(), edits in prop::collection::vec(any_edit(), 1..5)) {
            let (_, before) = edits.split_last().unwrap();
            let replayed = edited(&edited(&map, before), &edits[before.len()..]);
            prop_assert_eq!(replayed.values, edited(&map, &edits).values);
        }

        #[test]
        fn a_stroke_only_adds_or_only_removes(map in any_map(), stroke in any_stroke()) {
            let made = edited(&map, &[Edit::Stroke(stroke.clone())]);
            let (more, less) = if stroke.keep { (&made, &map) } else { (&map, &made) };
            prop_assert!(all(more, less, |a, b| a >= b));
        }

        #[test]
        fn a_stroke_reaches_its_radius_and_no_farther(map in any_map(), u in 0.0_f32..1.0, v in 0.0_f32..1.0, pixels in 1.0_f32..9.0, keep: bool) {
            let Size { width, height } = map.size;
            // No brush is wider than the photo.
            let pixels = pixels.min(width.max(height) as f32);
            let stroke = Stroke { keep, radius: share(&map, pixels), points: vec![[u, v]] };
            let made = edited(&map, &[Edit::Stroke(stroke)]);
            for (at, (value, before)) in made.values.iter().zip(&map.values).enumerate() {
                let (x, y) = ((at % width) as f32 + 0.5, (at / width) as f32 + 0.5);
                let far = (x - u * width as f32).hypot(y - v * height as f32);
                if far < pixels - 0.6 {
                    prop_assert_eq!(*value, f32::from(u8::from(keep)));
                } else if far > pixels + 0.6 {
                    prop_assert_eq!(value, before);
                }
            }
        }

        #[test]
        fn growing_and_shrinking_are_each_others_mirror(map in any_map(), steps in 1..4_usize) {
            let mirror = |map: &Map| Map { size: map.size, values: map.values.iter().map(|v| 1.0 - v).collect() };
            let (mut grown, mut shrunk) = (map.clone(), mirror(&map));
            grow(&mut grown, steps as f32);
            grow(&mut shrunk, -(steps as f32));
            prop_assert!(all(&grown, &mirror(&shrunk), |a, b| (a - b).abs() < 1e-6));
            prop_assert!(all(&grown, &map, |a, b| a >= b));
            // There and back again covers at least what was there.
            grow(&mut grown, -(steps as f32));
            prop_assert!(all(&grown, &map, |a, b| a >= b));
        }

        #[test]
        fn the_largest_part_alone_stays(map in any_map()) {
            let made = edited(&map, &[Edit::KeepLargest]);
            prop_assert!(all(&made, &map, |a, b| a == b || a == 0.0));
            prop_assert_eq!(&edited(&made, &[Edit::KeepLargest]).values, &made.values);
            let any = |map: &Map| map.values.iter().any(|value| *value > 0.05);
            prop_assert_eq!(any(&made), any(&map));
        }

        #[test]
        fn feathering_keeps_what_is_flat(width in 1..40_usize, height in 1..40_usize, value in 0.0_f32..=1.0) {
            let size = Size { width, height };
            let mut map = Map { size, values: vec![value; size.area()] };
            feather(&mut map, 6.0);
            prop_assert!(map.values.iter().all(|made| (made - value).abs() < 1e-4));
        }
    }

    #[test]
    fn growing_a_point_makes_an_octagon() {
        let size = Size { width: 9, height: 9 };
        let mut map = Map { size, values: vec![0.0; 81] };
        map.values[4 * 9 + 4] = 1.0;
        grow(&mut map, 3.0);
        let row = |y: usize| map.values[y * 9..][..9].iter().filter(|v| **v > 0.5).count();
        assert_eq!((0..9).map(row).collect::<Vec<_>>(), [0, 3, 5, 7, 7, 7, 5, 3, 0]);
    }
}
