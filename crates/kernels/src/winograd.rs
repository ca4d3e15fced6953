//! 3 × 3 convolution by Winograd's F(4 × 4, 3 × 3), after Lavin and Gray, "Fast algorithms for
//! convolutional neural networks" (2016): a tile of 6 × 6 inputs gives 4 × 4 outputs with 36
//! products a channel instead of 144.
//!
//! The products of one position in the tile, over all tiles and channels, are a matrix product.

use super::gemm::{self, Left};
use super::simd::Simd;
use super::tensor::Tensor;
use std::ops::Range;

/// Inputs along a tile's side.
const SIDE: usize = 6;
/// Outputs along a tile's side.
const STEP: usize = 4;
/// Positions in a tile.
const CELLS: usize = SIDE * SIDE;
/// Numbers in the widest vector.
const WIDEST: usize = 8;
/// Tiles worked on together: what they need stays in the second-level cache.
const TILES: usize = 24;
/// Numbers between the matrices, so that they do not start at the same place of a cache line set.
const GAP: usize = 16;

/// The kernels in the transformed domain, packed for the product: one matrix (in × out) a cell.
/// `weights` is out, in, row, column; channels in are filled up to `padded` with zeros.
pub fn pack<S: Simd>(weights: &[f32], inputs: usize, padded: usize, outputs: usize) -> Vec<f32> {
    const G: [[f32; 3]; SIDE] = [
        [1.0 / 4.0, 0.0, 0.0],
        [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
        [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
        [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
        [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
        [0.0, 0.0, 1.0],
    ];
    let mut cells = vec![0.0; CELLS * padded * outputs];
    for (at, kernel) in weights.chunks_exact(9).enumerate() {
        let (output, input) = (at / inputs, at % inputs);
        for y in 0..SIDE {
            let row: [f32; 3] =
                std::array::from_fn(|x| (0..3).map(|k| G[y][k] * kernel[k * 3 + x]).sum());
            for x in 0..SIDE {
                let sum = (0..3).map(|k| row[k] * G[x][k]).sum();
                cells[((y * SIDE + x) * padded + input) * outputs + output] = sum;
            }
        }
    }
    // Of exactly the size: an eighth of what the network needs of memory is this.
    let mut packed = Vec::with_capacity(cells.len());
    for cell in cells.chunks_exact(padded * outputs) {
        gemm::pack::<S>(&mut packed, padded, outputs, |row, column| cell[row * outputs + column]);
    }
    packed
}

/// What a strip of the output is made from.
pub struct Layer<'a> {
    /// Side by side they are the channels in; all of one size.
    pub inputs: &'a [&'a Tensor],
    /// From [`pack`].
    pub packed: &'a [f32],
    pub bias: &'a [f32],
    /// Added after the rectifier; of the output's size.
    pub plus: Option<&'a Tensor>,
}

/// How many rows of tiles make a strip: as few as make whole groups, because the matrix product of a
/// part of a group is slower.
pub fn tile_rows(width: usize) -> usize {
    let across = width.div_ceil(STEP).max(1);
    (1..TILES).find(|rows| (rows * across).is_multiple_of(TILES)).unwrap_or(TILES)
}

/// Rows of output in a strip.
pub fn strip_height(width: usize) -> usize {
    tile_rows(width) * STEP
}

/// Makes the strip of output rows that starts at `top`: convolution, bias, rectifier.
#[inline(always)]
pub fn strip<S: Simd>(
    simd: S,
    layer: &Layer<'_>,
    top: usize,
    strip: &mut [f32],
    scratch: &mut Vec<f32>,
) {
    let Some(first) = layer.inputs.first() else {
        return;
    };
    let width = first.width;
    let channels: usize = layer.inputs.iter().map(|input| input.channels).sum();
    let outputs = layer.bias.len();
    let across = width.div_ceil(STEP);
    let tiles = across * strip.len().div_ceil(width * outputs).div_ceil(STEP);
    let group = TILES.min(tiles.max(1));
    let (from_size, to_size) = (group * channels + GAP, group * outputs + GAP);
    let needed = CELLS * (from_size + to_size);
    if scratch.len() < needed {
        scratch.resize(needed, 0.0);
    }
    let (from, to) = scratch.split_at_mut(CELLS * from_size);
    let place = |tile: usize| (tile / across * STEP, tile % across * STEP);

    for start in (0..tiles).step_by(group) {
        let count = group.min(tiles - start);
        for t in 0..count {
            let (y, x) = place(start + t);
            let mut channel = t * channels;
            for input in layer.inputs {
                for c in (0..input.channels).step_by(S::WIDTH) {
                    let tile = transform_input(simd, input, top + y, x, c);
                    let cells = from.chunks_exact_mut(from_size);
                    for (cell, lanes) in cells.zip(tile.as_flattened()) {
                        simd.store(&mut cell[channel + c..], *lanes);
                    }
                }
                channel += input.channels;
            }
        }
        let cells = layer.packed.chunks_exact(channels * outputs);
        let sides = from.chunks_exact(from_size).zip(to.chunks_exact_mut(to_size));
        for (kernels, (from, to)) in cells.zip(sides) {
            let left = Left { numbers: from, rows: count, inner: channels, stride: channels };
            gemm::multiply(simd, left, kernels, to, outputs);
        }
        for t in 0..count {
            let (y, x) = place(start + t);
            let rows = STEP.min(strip.len() / (width * outputs) - y);
            let columns = STEP.min(width - x);
            for c in (0..outputs).step_by(S::WIDTH) {
                let tile = transform_output(simd, to, to_size, t * outputs + c);
                // By way of memory: with the tile in registers each of its sixteen places would be
                // code of its own.
                let mut sums = [0.0; STEP * STEP * WIDEST];
                for (to, lanes) in sums.chunks_exact_mut(S::WIDTH).zip(tile.as_flattened()) {
                    simd.store(to, *lanes);
                }
                let bias = simd.load(&layer.bias[c..]);
                for place in 0..rows * columns {
                    let (row, column) = (place / columns, place % columns);
                    let at = ((y + row) * width + x + column) * outputs + c;
                    let sum = simd.load(&sums[(row * STEP + column) * S::WIDTH..]);
                    let mut sum = simd.max(simd.add(sum, bias), simd.splat(0.0));
                    if let Some(plus) = layer.plus {
                        sum =
                            simd.add(sum, simd.load(&plus.values()[top * width * outputs + at..]));
                    }
                    simd.store(&mut strip[at..], sum);
                }
            }
        }
    }
}

/// The 6 × 6 inputs around the outputs at `y`, `x`, from channel `c` on, transformed.
#[inline(always)]
fn transform_input<S: Simd>(
    simd: S,
    input: &Tensor,
    y: usize,
    x: usize,
    c: usize,
) -> [[S::Lanes; SIDE]; SIDE] {
    // Plain loops here and below: a closure that the compiler keeps apart would be compiled without
    // the vector unit, and cost more than the whole transform.
    let zero = simd.splat(0.0);
    let mut columns = [[zero; SIDE]; SIDE];
    let Tensor { height, width, channels, .. } = *input;
    let inside = y >= 1 && x >= 1 && y + 5 <= height && x + 5 <= width;
    let edge;
    let (values, row, step) = match inside {
        true => {
            let from = ((y - 1) * width + x - 1) * channels + c;
            (&input.values()[from..], width * channels, channels)
        }
        false => {
            edge = around(input, y, x, c..c + S::WIDTH);
            (&edge[..], SIDE * S::WIDTH, S::WIDTH)
        }
    };
    for dy in 0..SIDE {
        let values = &values[dy * row..][..(SIDE - 1) * step + S::WIDTH];
        for (dx, column) in columns.iter_mut().enumerate() {
            column[dy] = simd.load(&values[dx * step..]);
        }
    }
    for column in &mut columns {
        *column = forth(simd, *column);
    }
    let mut rows = [[zero; SIDE]; SIDE];
    for (dy, row) in rows.iter_mut().enumerate() {
        for (lanes, column) in row.iter_mut().zip(&columns) {
            *lanes = column[dy];
        }
        *row = forth(simd, *row);
    }
    rows
}

/// The 6 × 6 inputs of a tile at the plane's edge, which goes on as zeros. Copied first, by a function of
/// its own, so that all tiles are loaded by the same code: it is long, and this is rare.
#[inline(never)]
fn around(input: &Tensor, y: usize, x: usize, part: Range<usize>) -> [f32; CELLS * WIDEST] {
    let mut tile = [0.0; CELLS * WIDEST];
    for (at, to) in tile.chunks_exact_mut(part.len()).take(CELLS).enumerate() {
        let (y, x) = ((y + at / SIDE).wrapping_sub(1), (x + at % SIDE).wrapping_sub(1));
        if y < input.height && x < input.width {
            to.copy_from_slice(&input.pixel(y, x)[part.clone()]);
        }
    }
    tile
}

/// The 4 × 4 outputs of the tile whose first cell's sum is at `at`; cells lie `cell` apart.
#[inline(always)]
fn transform_output<S: Simd>(
    simd: S,
    from: &[f32],
    cell: usize,
    at: usize,
) -> [[S::Lanes; STEP]; STEP] {
    let zero = simd.splat(0.0);
    let mut cells = [[zero; SIDE]; SIDE];
    for (lanes, cell) in cells.as_flattened_mut().iter_mut().zip(from.chunks_exact(cell)) {
        *lanes = simd.load(&cell[at..]);
    }
    let mut columns = [[zero; STEP]; SIDE];
    for (x, column) in columns.iter_mut().enumerate() {
        let mut sums = [zero; SIDE];
        for (lanes, row) in sums.iter_mut().zip(&cells) {
            *lanes = row[x];
        }
        *column = back(simd, sums);
    }
    let mut rows = [[zero; STEP]; STEP];
    for (y, row) in rows.iter_mut().enumerate() {
        let mut sums = [zero; SIDE];
        for (lanes, column) in sums.iter_mut().zip(&columns) {
            *lanes = column[y];
        }
        *row = back(simd, sums);
    }
    rows
}

/// The input transform Bᵀ along one side.
#[inline(always)]
fn forth<S: Simd>(simd: S, d: [S::Lanes; SIDE]) -> [S::Lanes; SIDE] {
    let (two, minus_two) = (simd.splat(2.0), simd.splat(-2.0));
    let (four, minus_four, minus_five) = (simd.splat(4.0), simd.splat(-4.0), simd.splat(-5.0));
    let a = simd.mul_add(minus_four, d[2], d[4]);
    let b = simd.mul_add(minus_four, d[1], d[3]);
    let c = simd.sub(d[4], d[2]);
    let e = simd.sub(d[3], d[1]);
    [
        simd.mul_add(four, d[0], simd.mul_add(minus_five, d[2], d[4])),
        simd.add(a, b),
        simd.sub(a, b),
        simd.mul_add(two, e, c),
        simd.mul_add(minus_two, e, c),
        simd.mul_add(four, d[1], simd.mul_add(minus_five, d[3], d[5])),
    ]
}

/// The output transform Aᵀ along one side.
#[inline(always)]
fn back<S: Simd>(simd: S, m: [S::Lanes; SIDE]) -> [S::Lanes; STEP] {
    let (p, q) = (simd.add(m[1], m[2]), simd.sub(m[1], m[2]));
    let (r, s) = (simd.add(m[3], m[4]), simd.sub(m[3], m[4]));
    [
        simd.add(m[0], simd.add(p, r)),
        simd.mul_add(simd.splat(2.0), s, q),
        simd.mul_add(simd.splat(4.0), r, p),
        simd.add(m[5], simd.mul_add(simd.splat(8.0), s, q)),
    ]
}
