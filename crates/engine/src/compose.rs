//! The subject over its backdrop.
//!
//! Mixed as encoded, not as light: the mask was learnt from pictures mixed that way, and in light thin
//! dark hair before a bright backdrop all but vanishes.

use crate::parallel;
use crate::raster::{Photo, Size};
use crate::scale::{Filter, scale};

/// Puts the subject's colours over the backdrop's, in place. Where alpha is 0 the backdrop's bytes
/// stand as they are, where it is 255 the subject's.
pub fn over(backdrop: &mut [u8], colour: &[u8], alpha: &[u8], size: Size) {
    let width = size.width;
    parallel::pieces(backdrop, 3 * width, |y, row, _: &mut ()| {
        let (row, _) = row.as_chunks_mut::<3>();
        let (colour, _) = colour[3 * y * width..][..3 * width].as_chunks::<3>();
        for ((to, front), &alpha) in row.iter_mut().zip(colour).zip(&alpha[y * width..]) {
            for (to, &front) in to.iter_mut().zip(front) {
                *to = mix(*to, front, alpha);
            }
        }
    });
}

/// From `back` to `front` by an alpha of 0 to 255, rounded.
pub fn mix(back: u8, front: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    ((u32::from(front) * alpha + u32::from(back) * (255 - alpha) + 127) / 255) as u8
}

/// Colours and alpha, four bytes a pixel. Where nothing is left to see the colours are black: a file
/// that hides the old background there has not removed it.
pub fn cut_out(colour: &[u8], alpha: &[u8]) -> Vec<u8> {
    let (colour, _) = colour.as_chunks::<3>();
    let pixel = |([r, g, b], alpha): (&[u8; 3], &u8)| match alpha {
        0 => [0; 4],
        _ => [*r, *g, *b, *alpha],
    };
    colour.iter().zip(alpha).flat_map(pixel).collect()
}

/// A picture at a size: scaled to cover it, what is too much cut off evenly on both sides.
pub fn cover(photo: &Photo, to: Size) -> Vec<u8> {
    let Size { width, height } = photo.size;
    // The largest part with the right aspect.
    let part = match width * to.height > height * to.width {
        true => Size { width: (height * to.width / to.height).max(1), height },
        false => Size { width, height: (width * to.height / to.width).max(1) },
    };
    let (left, top) = ((width - part.width) / 2, (height - part.height) / 2);
    let cut: Vec<u8> = photo
        .colour
        .chunks_exact(3 * width)
        .skip(top)
        .take(part.height)
        .flat_map(|row| &row[3 * left..3 * (left + part.width)])
        .copied()
        .collect();
    scale::<3>(&cut, part, to, Filter::Sharp)
}
