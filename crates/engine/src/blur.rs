//! Blur: three boxes one after the other, which is close to a Gaussian and costs the same at any radius.

use crate::light::Light;
use crate::raster::Size;

/// Blurs the numbers of each pixel, by a radius in pixels across and down. The edge pixels go on outside.
pub fn blur(values: &mut [Light], size: Size, across: f32, down: f32) {
    let across = (across.max(0.0) / 1.7).round() as usize;
    let down = (down.max(0.0) / 1.7).round() as usize;
    for _ in 0..3 {
        if across > 0 {
            let mut line = vec![Light::all(0.0); size.width];
            for row in values.chunks_exact_mut(size.width) {
                box_row(row, &mut line, across);
            }
        }
        if down > 0 {
            box_columns(values, size, down);
        }
    }
}

/// The mean over `2 · reach + 1` neighbours of each item.
fn box_row(row: &mut [Light], line: &mut [Light], reach: usize) {
    line.copy_from_slice(row);
    let last = row.len() - 1;
    let scale = 1.0 / (2 * reach + 1) as f32;
    let at = |place: usize| line[place.saturating_sub(reach).min(last)];
    let mut sum = Light::all(0.0);
    for place in 0..=2 * reach {
        sum += at(place);
    }
    for (x, to) in row.iter_mut().enumerate() {
        *to = sum * scale;
        sum = sum + at(x + 2 * reach + 1) - at(x);
    }
}

/// The same down all columns at once, row by row.
fn box_columns(values: &mut [Light], size: Size, reach: usize) {
    let from = values.to_vec();
    let scale = 1.0 / (2 * reach + 1) as f32;
    let row = |place: usize| {
        let y = place.saturating_sub(reach).min(size.height - 1);
        &from[y * size.width..][..size.width]
    };
    let mut sums = vec![Light::all(0.0); size.width];
    for place in 0..=2 * reach {
        for (sum, value) in sums.iter_mut().zip(row(place)) {
            *sum += *value;
        }
    }
    for (y, to) in values.chunks_exact_mut(size.width).enumerate() {
        let (enters, leaves) = (row(y + 2 * reach + 1), row(y));
        for (((to, sum), enters), leaves) in to.iter_mut().zip(&mut sums).zip(enters).zip(leaves) {
            *to = *sum * scale;
            *sum = *sum + *enters - *leaves;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_stays_flat_and_a_dot_spreads_evenly() {
        let size = Size { width: 41, height: 41 };
        let mut flat = vec![Light::all(0.5); size.area()];
        blur(&mut flat, size, 6.0, 3.0);
        assert!(flat.iter().map(|v| v.first()).all(|v| (v - 0.5).abs() < 1e-4));
        let mut dot = vec![Light::all(0.0); size.area()];
        dot[20 * 41 + 20] = Light::all(1.0);
        blur(&mut dot, size, 4.0, 4.0);
        let sum: f32 = dot.iter().map(|v| v.first()).sum();
        assert!((sum - 1.0).abs() < 1e-3);
        assert!((dot[20 * 41 + 17].first() - dot[23 * 41 + 20].first()).abs() < 1e-5);
        assert!(dot[20 * 41 + 20].first() > dot[20 * 41 + 24].first());
    }
}
