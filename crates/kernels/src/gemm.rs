//! The matrix product that nearly all the time goes into.

use super::simd::Simd;

/// Rows of the left matrix that one step holds in registers, beside two vectors of the right one:
/// twelve sums, two factors and a spread number fill the sixteen registers of AVX2.
const ROWS: usize = 6;

/// How many columns a panel of the right matrix has.
pub const fn panel_width<S: Simd>() -> usize {
    2 * S::WIDTH
}

/// The right matrix, cut into panels of a few columns whose rows lie one after the other: the
/// product then reads it straight through.
///
/// `get(row, column)` gives its numbers; `columns` is a multiple of [`panel_width`].
pub fn pack<S: Simd>(
    panels: &mut Vec<f32>,
    rows: usize,
    columns: usize,
    get: impl Fn(usize, usize) -> f32,
) {
    let width = panel_width::<S>();
    for first in (0..columns).step_by(width) {
        for row in 0..rows {
            panels.extend((first..first + width).map(|column| get(row, column)));
        }
    }
}

/// The left matrix: `rows` of `inner` numbers, each `stride` after the one before.
#[derive(Clone, Copy)]
pub struct Left<'a> {
    pub numbers: &'a [f32],
    pub rows: usize,
    pub inner: usize,
    pub stride: usize,
}

/// `to = left · right`, the right matrix packed, rows of `to` lying `stride` apart.
///
/// Not inlined: both kinds of convolution share it, and a call is nothing beside its work.
#[inline(never)]
pub fn multiply<S: Simd>(simd: S, left: Left<'_>, panels: &[f32], to: &mut [f32], stride: usize) {
    simd.run(
        #[inline(always)]
        || all_rows(simd, left, panels, to, stride),
    );
}

#[inline(always)]
fn all_rows<S: Simd>(simd: S, left: Left<'_>, panels: &[f32], to: &mut [f32], stride: usize) {
    let width = panel_width::<S>();
    for (at, panel) in panels.chunks_exact(left.inner * width).enumerate() {
        let mut row = 0;
        while row + ROWS <= left.rows {
            some_rows::<S, ROWS>(
                simd,
                left,
                row,
                panel,
                &mut to[row * stride + at * width..],
                stride,
            );
            row += ROWS;
        }
        while row + 2 <= left.rows {
            some_rows::<S, 2>(simd, left, row, panel, &mut to[row * stride + at * width..], stride);
            row += 2;
        }
        if row < left.rows {
            some_rows::<S, 1>(simd, left, row, panel, &mut to[row * stride + at * width..], stride);
        }
    }
}

#[inline(always)]
fn some_rows<S: Simd, const N: usize>(
    simd: S,
    left: Left<'_>,
    first: usize,
    panel: &[f32],
    to: &mut [f32],
    stride: usize,
) {
    // Cut to the same length, so that the loop needs no check of its own.
    let inner = left.inner;
    let mut rows: [&[f32]; N] = [&[]; N];
    for (i, row) in rows.iter_mut().enumerate() {
        *row = &left.numbers[(first + i) * left.stride..][..inner];
    }
    let mut sums = [[simd.splat(0.0); 2]; N];
    for (k, both) in (0..inner).zip(panel.chunks_exact(panel_width::<S>())) {
        let (one, two) = both.split_at(S::WIDTH);
        let (one, two) = (simd.load(one), simd.load(two));
        for (row, sum) in rows.iter().zip(&mut sums) {
            let number = simd.splat(row[k]);
            sum[0] = simd.mul_add(number, one, sum[0]);
            sum[1] = simd.mul_add(number, two, sum[1]);
        }
    }
    for (i, sum) in sums.iter().enumerate() {
        let to = &mut to[i * stride..][..panel_width::<S>()];
        let (one, two) = to.split_at_mut(S::WIDTH);
        simd.store(one, sum[0]);
        simd.store(two, sum[1]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Unit, with_unit};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_matrix_product(
            rows in 1..15_usize, inner in 1..20_usize, panels in 1..4_usize, seed: u32, gap in 0..5_usize,
        ) {
            with_unit!(Unit::best(), simd => check(simd, rows, inner, panels, seed, gap));
            check(super::super::simd::Portable, rows, inner, panels, seed, gap);
        }
    }

    fn check<S: Simd>(simd: S, rows: usize, inner: usize, panels: usize, seed: u32, gap: usize) {
        let number = |i: usize| ((i as u32).wrapping_mul(2_654_435_761) ^ seed) as f32 / 4e9 - 0.5;
        let columns = panels * panel_width::<S>();
        let stride = inner + gap;
        let numbers: Vec<f32> = (0..rows * stride).map(number).collect();
        let right = |row: usize, column: usize| number(10_000 + row * columns + column);
        let mut packed = Vec::new();
        pack::<S>(&mut packed, inner, columns, right);
        let left = Left { numbers: &numbers, rows, inner, stride };
        let mut to = vec![9.0; rows * (columns + gap)];
        simd.run(|| multiply(simd, left, &packed, &mut to, columns + gap));
        for row in 0..rows {
            for column in 0..columns {
                let sum: f32 =
                    (0..inner).map(|k| numbers[row * stride + k] * right(k, column)).sum();
                assert!((to[row * (columns + gap) + column] - sum).abs() < 1e-4);
            }
        }
    }
}
