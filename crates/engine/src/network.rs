//! U²-Netp (Qin et al., "U²-Net: Going deeper with nested U-structure for salient object detection",
//! 2020): where in a picture the subject is.
//!
//! A U of U's: six blocks down, each half the size of the one before, five up again, and each block
//! is a small U itself. Every level says where it sees the subject, and the last convolution weighs them.

mod block;
mod conv;
mod gather;
mod gemm;
mod plane;
mod simd;
mod tensor;
pub mod weights;
mod winograd;

use block::{Block, Flat};
use conv::{Conv, Side};
use simd::Unit;
use tensor::Pool;
use weights::{Damage, Layer, Shape};

/// The mean and the spread of the photographs the network learnt from, red, green, blue (ImageNet's,
/// which the authors' own preparation uses).
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const SPREAD: [f32; 3] = [0.229, 0.224, 0.225];

/// Channels out of every block.
const WIDE: usize = 64;
/// Channels inside every block.
const NARROW: usize = 16;

/// The network, ready to run. It holds no state between runs and can be shared.
#[derive(Debug)]
pub struct Network {
    unit: Unit,
    down: [Block; 4],
    deep: [Flat; 2],
    rise: Flat,
    up: [Block; 4],
    sides: [Side; 6],
    /// How much each level counts, and a constant.
    shares: Vec<f32>,
    constant: f32,
}

impl Network {
    /// Loads a file of weights, see [`weights`].
    ///
    /// # Errors
    /// [`Damage`] if the file is cut, corrupt, or of another network.
    pub fn load(file: &[u8]) -> Result<Self, Damage> {
        Self::load_for(Unit::best(), file)
    }

    fn load_for(unit: Unit, file: &[u8]) -> Result<Self, Damage> {
        let layers = weights::read(file)?;
        let mut loader = Loader { unit, layers: &layers, at: 0 };
        let l = &mut loader;
        let network = Self {
            unit,
            down: [
                Block::load(l, 7, 3)?,
                Block::load(l, 6, WIDE)?,
                Block::load(l, 5, WIDE)?,
                Block::load(l, 4, WIDE)?,
            ],
            deep: [Flat::load(l, WIDE)?, Flat::load(l, WIDE)?],
            rise: Flat::load(l, 2 * WIDE)?,
            up: [
                Block::load(l, 4, 2 * WIDE)?,
                Block::load(l, 5, 2 * WIDE)?,
                Block::load(l, 6, 2 * WIDE)?,
                Block::load(l, 7, 2 * WIDE)?,
            ],
            sides: [l.side()?, l.side()?, l.side()?, l.side()?, l.side()?, l.side()?],
            shares: Vec::new(),
            constant: 0.0,
        };
        let last = loader.next(6, 1, 1, 1)?;
        if loader.at < layers.len() {
            return Err(Damage::TooMany(loader.at));
        }
        Ok(Self { shares: last.weights.clone(), constant: last.bias.iter().sum(), ..network })
    }

    /// How surely each pixel is the subject's, 0 to 1, row by row.
    ///
    /// `picture` is red, green, blue of `height` · `width` pixels, row by row. The network was made
    /// for about 320 × 320 and needs both sides to be at least 1.
    pub fn run(&self, picture: &[u8], width: usize, height: usize) -> Vec<f32> {
        self.run_prepared(&prepare(picture), width, height)
    }

    /// `values` is red, green, blue as [`prepare`] makes them.
    fn run_prepared(&self, values: &[f32], width: usize, height: usize) -> Vec<f32> {
        if width == 0 || height == 0 || values.len() != 3 * width * height {
            return Vec::new();
        }
        let pool = &mut Pool::new(self.unit);
        let mut input = pool.tensor(height, width, conv::padded(3));
        for (to, from) in
            input.values_mut().chunks_exact_mut(conv::padded(3)).zip(values.chunks_exact(3))
        {
            to[..3].copy_from_slice(from);
            to[3..].fill(0.0);
        }

        let first = self.down[0].run(pool, &[&input]);
        pool.give(input);
        let mut levels = vec![first];
        let rest = self.down[1..].iter().map(Step::Block);
        for step in rest.chain(self.deep.iter().map(Step::Flat)) {
            if let Some(above) = levels.last() {
                let half = plane::halve(pool, above);
                levels.push(step.run(pool, &[&half]));
                pool.give(half);
            }
        }

        let mut sides = self.sides.iter().rev();
        let mut maps = Vec::new();
        let mut rising =
            [Step::Flat(&self.rise)].into_iter().chain(self.up.iter().map(Step::Block));
        let mut below: Option<tensor::Tensor> = None;
        while let Some(level) = levels.pop() {
            let here = match below.take() {
                None => level,
                Some(deeper) => {
                    let large = plane::enlarge(pool, &deeper, level.height, level.width);
                    pool.give(deeper);
                    let Some(step) = rising.next() else { break };
                    let here = step.run(pool, &[&large, &level]);
                    pool.give(large);
                    pool.give(level);
                    here
                }
            };
            if let Some(side) = sides.next() {
                let small = side.run(pool, &here);
                maps.push(plane::enlarge(pool, &small, height, width));
                pool.give(small);
            }
            below = Some(here);
        }
        self.weigh(maps.iter().rev().map(|map| map.values()), width * height)
    }

    /// The last convolution, 1 × 1, and the logistic curve.
    fn weigh<'a>(&self, maps: impl Iterator<Item = &'a [f32]>, size: usize) -> Vec<f32> {
        let mut sums = vec![self.constant; size];
        for (map, share) in maps.zip(&self.shares) {
            for (sum, number) in sums.iter_mut().zip(map) {
                *sum += share * number;
            }
        }
        for sum in &mut sums {
            *sum = 1.0 / (1.0 + (-*sum).exp());
        }
        sums
    }
}

/// Scales so that the brightest value is 1, then by the mean and the spread: what the authors do.
fn prepare(picture: &[u8]) -> Vec<f32> {
    let brightest = f32::from(picture.iter().copied().max().unwrap_or(0).max(1));
    let scale = |(at, &value): (usize, &u8)| {
        let channel = at % 3;
        (f32::from(value) / brightest - MEAN[channel]) / SPREAD[channel]
    };
    picture.iter().enumerate().map(scale).collect()
}

/// One level of the large U.
enum Step<'a> {
    Block(&'a Block),
    Flat(&'a Flat),
}

impl Step<'_> {
    fn run(&self, pool: &mut Pool, inputs: &[&tensor::Tensor]) -> tensor::Tensor {
        match self {
            Self::Block(block) => block.run(pool, inputs),
            Self::Flat(flat) => flat.run(pool, inputs),
        }
    }
}

/// Hands out the convolutions in order, each held against the shape that the network needs: once
/// loaded, no size can be wrong.
struct Loader<'a> {
    unit: Unit,
    layers: &'a [Layer],
    at: usize,
}

impl<'a> Loader<'a> {
    fn next(
        &mut self,
        inputs: usize,
        outputs: usize,
        side: usize,
        dilation: usize,
    ) -> Result<&'a Layer, Damage> {
        let needed = Shape { inputs, outputs, side, dilation };
        let found = self.layers.get(self.at);
        match found {
            Some(layer) if layer.shape == needed => {
                self.at += 1;
                Ok(layer)
            }
            _ => Err(Damage::OtherNetwork {
                at: self.at,
                found: found.map(|layer| layer.shape),
                needed,
            }),
        }
    }

    fn conv(&mut self, inputs: usize, outputs: usize, dilation: usize) -> Result<Conv, Damage> {
        let layer = self.next(inputs, outputs, 3, dilation)?;
        Ok(Conv::new(self.unit, layer))
    }

    fn side(&mut self) -> Result<Side, Damage> {
        let layer = self.next(WIDE, 1, 3, 1)?;
        Ok(Side::new(self.unit, layer))
    }
}

#[cfg(test)]
mod tests;
