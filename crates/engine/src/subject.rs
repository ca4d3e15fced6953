//! Where the subject is: the network's answer, looked at twice.
//!
//! The first look is at the whole photo. The second is at the box around what was found, where the
//! subject is larger and its edge finer; the two are averaged. Over 52 photographs with hand-made
//! masks two looks overlap with them by .842 (mean intersection over union), one look at 320 × 320
//! by .791.

use crate::network::Network;
use crate::raster::{Map, Size};
use crate::scale::{Filter, scale, scale_with};

/// The side of the first look, in pixels.
const WHOLE: usize = 256;
/// The side of the second look, and of the only one when it must be fast.
const CLOSE: usize = 320;
/// The longer side of the map that is handed on: finer than the network sees anything.
const LONGEST: usize = 1024;
/// From here on a pixel counts as found.
const FOUND: f32 = 0.5;
/// How much of the photo must be found. Less is a speck, not a subject.
const LEAST: f32 = 0.000_5;
/// What the second look sees around the box, as a share of the box's longer side: the network judges
/// a subject by what is around it.
const MARGIN: f32 = 0.15;

/// A map of the subject, its longer side at most 1024 pixels; none if no subject stands out.
pub fn find(network: &Network, colour: &[u8], size: Size, fast: bool) -> Option<Map> {
    let canvas = size.within(LONGEST);
    let small = scale::<3>(colour, size, canvas, Filter::Sharp);
    let all = Box::whole(canvas);
    if fast {
        let map = look(network, &small, canvas, all, CLOSE);
        bounds(&map)?;
        return Some(map);
    }
    let mut map = look(network, &small, canvas, all, WHOLE);
    let close = bounds(&map)?.widened(canvas);
    let near = look(network, &small, canvas, close, CLOSE);
    blend(&mut map, &near, close);
    Some(map)
}

/// Rows and columns of the canvas, the ends not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Box {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Box {
    fn whole(size: Size) -> Self {
        Self { left: 0, top: 0, right: size.width, bottom: size.height }
    }

    fn size(self) -> Size {
        Size { width: self.right - self.left, height: self.bottom - self.top }
    }

    fn widened(self, canvas: Size) -> Self {
        let Size { width, height } = self.size();
        let margin = (width.max(height) as f32 * MARGIN) as usize + 4;
        Self {
            left: self.left.saturating_sub(margin),
            top: self.top.saturating_sub(margin),
            right: (self.right + margin).min(canvas.width),
            bottom: (self.bottom + margin).min(canvas.height),
        }
    }
}

/// What the network sees in a part of the canvas, at the part's own size.
fn look(network: &Network, canvas: &[u8], size: Size, part: Box, side: usize) -> Map {
    let cut: Vec<u8> = canvas
        .chunks_exact(3 * size.width)
        .take(part.bottom)
        .skip(part.top)
        .flat_map(|row| &row[3 * part.left..3 * part.right])
        .copied()
        .collect();
    let square = Size { width: side, height: side };
    let seen = scale::<3>(&cut, part.size(), square, Filter::Smooth);
    let seen = network.run(&seen, side, side);
    let write = |_: usize, line: &[f32], row: &mut [f32]| row.copy_from_slice(line);
    Map {
        size: part.size(),
        values: scale_with::<f32, f32, 1>(&seen, square, part.size(), Filter::Smooth, write),
    }
}

/// The box around what was found; none if that is too little.
fn bounds(map: &Map) -> Option<Box> {
    let mut count = 0;
    let mut found = Box { left: map.size.width, top: map.size.height, right: 0, bottom: 0 };
    for (y, row) in map.values.chunks_exact(map.size.width).enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, value)| **value > FOUND) {
            count += 1;
            found.left = found.left.min(x);
            found.right = found.right.max(x + 1);
            found.top = found.top.min(y);
            found.bottom = found.bottom.max(y + 1);
        }
    }
    (count as f32 > map.values.len() as f32 * LEAST).then_some(found)
}

/// Averages the second look into the first. Its share runs out towards the sides of its box, unless
/// the side is the photo's own.
fn blend(map: &mut Map, near: &Map, part: Box) {
    let Size { width, height } = map.size;
    let soft = 1.0 + near.size.width.min(near.size.height) as f32 * MARGIN / 4.0;
    let ramp = |from: usize, photo_side: bool| match photo_side {
        true => 1.0,
        false => ((from as f32 + 0.5) / soft).min(1.0),
    };
    let rows = map.values.chunks_exact_mut(width).take(part.bottom).skip(part.top);
    for ((y, row), near) in (part.top..).zip(rows).zip(near.values.chunks_exact(near.size.width)) {
        let down =
            ramp(y - part.top, part.top == 0).min(ramp(part.bottom - 1 - y, part.bottom == height));
        for ((x, value), near) in (part.left..).zip(&mut row[part.left..part.right]).zip(near) {
            let across = ramp(x - part.left, part.left == 0)
                .min(ramp(part.right - 1 - x, part.right == width));
            *value += 0.5 * down.min(across) * (near - *value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(width: usize, height: usize, value: f32) -> Map {
        let size = Size { width, height };
        Map { size, values: vec![value; size.area()] }
    }

    #[test]
    fn the_box_is_tight() {
        let mut map = map(10, 8, 0.1);
        assert_eq!(bounds(&map), None);
        map.values[3 * 10 + 4] = 0.9;
        map.values[5 * 10 + 7] = 0.6;
        assert_eq!(bounds(&map), Some(Box { left: 4, top: 3, right: 8, bottom: 6 }));
    }

    #[test]
    fn two_looks_are_averaged_inside_the_box_only() {
        let mut whole = map(100, 100, 0.0);
        let part = Box { left: 20, top: 0, right: 80, bottom: 60 };
        blend(&mut whole, &map(60, 60, 1.0), part);
        assert_eq!(whole.values[30 * 100 + 50], 0.5);
        // The top is the photo's own edge.
        assert_eq!(whole.values[50], 0.5);
        assert!(whole.values[30 * 100 + 20] < 0.2);
        assert_eq!(whole.values[30 * 100 + 19], 0.0);
        assert_eq!(whole.values[60 * 100 + 50], 0.0);
    }
}
