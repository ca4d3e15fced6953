//! U²-Net and its small form U²-Netp (Qin et al., "U²-Net: Going deeper with nested U-structure for
//! salient object detection", 2020): where in a picture the subject is.
//!
//! A U of U's: six blocks down, each half the size of the one before, five up again, and each block
//! is a small U itself. Every level says where it sees the subject, and the last convolution weighs them.

mod block;
mod logistic;
pub mod weights;

pub use backdrop_kernels::{Between, between, parallel};

use backdrop_kernels::{Conv, Plan, Pool, Side, Tensor, Unit, enlarge, halve, padded};
use block::Block;
use logistic::logistic;
use weights::{Damage, Layer, Shape};

/// The mean and the spread of the photographs the network learnt from, red, green, blue (ImageNet's,
/// which the authors' own preparation uses).
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const SPREAD: [f32; 3] = [0.229, 0.224, 0.225];

/// Levels of the large U.
const LEVELS: usize = 6;
/// How many of them are blocks that halve; the rest are too deep for it.
const HALVINGS: usize = 4;

/// How many channels a block has, inside and out of it: multiples of 16.
#[derive(Debug, Clone, Copy)]
struct Width {
    inside: usize,
    out: usize,
}

/// Of U²-Netp's blocks, in the order they run.
const SMALL: [Width; 11] = [Width { inside: 16, out: 64 }; 11];

/// Of the full network's (the paper's figure 5).
const FULL: [Width; 11] = [
    Width { inside: 32, out: 64 },
    Width { inside: 32, out: 128 },
    Width { inside: 64, out: 256 },
    Width { inside: 128, out: 512 },
    Width { inside: 256, out: 512 },
    Width { inside: 256, out: 512 },
    Width { inside: 256, out: 512 },
    Width { inside: 128, out: 256 },
    Width { inside: 64, out: 128 },
    Width { inside: 32, out: 64 },
    Width { inside: 16, out: 64 },
];

/// The network, ready to run. It holds no state between runs and can be shared.
#[derive(Debug)]
pub struct Network {
    unit: Unit,
    is_full: bool,
    /// The deepest last.
    down: Vec<Block>,
    /// The deepest first.
    up: Vec<Block>,
    /// The finest first.
    sides: Vec<Side>,
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

    /// As [`Network::load`], for the unit that gives the same bits everywhere.
    pub fn load_portable(file: &[u8]) -> Result<Self, Damage> {
        Self::load_for(Unit::same_everywhere(), file)
    }

    fn load_for(unit: Unit, file: &[u8]) -> Result<Self, Damage> {
        let reader = weights::Reader::new(file)?;
        let is_full = reader.is_full();
        let mut loader = Loader { unit, reader };
        let mut network = Self {
            unit,
            is_full,
            down: Vec::new(),
            up: Vec::new(),
            sides: Vec::new(),
            shares: Vec::new(),
            constant: 0.0,
        };
        let holes = |level: usize| Block::HALVING.get(level..).filter(|_| level < HALVINGS);
        let (downs, ups) = (if is_full { &FULL } else { &SMALL }).split_at(LEVELS);
        let mut inputs = 3;
        for (level, &width) in downs.iter().enumerate() {
            let holes = holes(level).unwrap_or(&Block::FLAT);
            network.down.push(Block::load(&mut loader, holes, inputs, width)?);
            inputs = width.out;
        }
        for (up, &width) in ups.iter().enumerate() {
            let level = LEVELS - 2 - up;
            let holes = holes(level).unwrap_or(&Block::FLAT);
            network.up.push(Block::load(&mut loader, holes, inputs + downs[level].out, width)?);
            inputs = width.out;
        }
        for level in 0..LEVELS {
            let width = if level + 1 < LEVELS { ups[LEVELS - 2 - level] } else { downs[level] };
            network.sides.push(loader.side(width)?);
        }
        let last = loader.next(LEVELS, 1, 1, 1)?;
        loader.reader.end()?;
        network.shares = last.weights;
        network.constant = last.bias.iter().sum();
        Ok(network)
    }

    /// Whether it is the full U²-Net, and not U²-Netp.
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// The memory for runs at a size, in pixels, or at smaller ones.
    pub fn buffers(&self, width: usize, height: usize) -> Buffers {
        let mut buffers = Buffers::default();
        Pool::planned(self.unit, &self.plan(width, height), &mut buffers.0);
        buffers
    }

    fn plan(&self, width: usize, height: usize) -> Plan {
        let mut pool = Pool::planning(self.unit);
        self.maps(&mut pool, Vec::new(), width, height);
        pool.plan()
    }

    /// How surely each pixel is the subject's, 0 to 1, row by row.
    ///
    /// `picture` is red, green, blue of `height` · `width` pixels, row by row. The network was made
    /// for about 320 × 320 and needs both sides to be at least 1. The buffers are kept: runs of one
    /// size ask for memory once.
    pub fn run(
        &self,
        buffers: &mut Buffers,
        picture: &[u8],
        width: usize,
        height: usize,
    ) -> Vec<f32> {
        self.run_prepared(buffers, prepare(picture), width, height)
    }

    /// `values` is red, green, blue as [`prepare`] makes them.
    fn run_prepared(
        &self,
        buffers: &mut Buffers,
        values: Vec<f32>,
        width: usize,
        height: usize,
    ) -> Vec<f32> {
        if width == 0 || height == 0 || values.len() != 3 * width * height {
            return Vec::new();
        }
        let plan = self.plan(width, height);
        let mut pool = Pool::planned(self.unit, &plan, &mut buffers.0);
        let maps = self.maps(&mut pool, values, width, height);
        let seen = self.weigh(&maps, width * height);
        for map in maps {
            pool.give(map);
        }
        seen
    }

    /// What each level sees, the finest first, at the picture's size.
    fn maps(
        &self,
        pool: &mut Pool<'_>,
        values: Vec<f32>,
        width: usize,
        height: usize,
    ) -> Vec<Tensor> {
        let input = pool.tensor([height, width, padded(3)], |_, input| {
            let (to, from) = (input.values_mut(), values.chunks_exact(3));
            for (to, from) in to.chunks_exact_mut(padded(3)).zip(from) {
                to[..3].copy_from_slice(from);
                to[3..].fill(0.0);
            }
        });
        drop(values);

        let mut levels: Vec<Tensor> = Vec::new();
        let mut here = input;
        for (level, block) in self.down.iter().enumerate() {
            if level > 0 {
                let half = halve(pool, &here);
                levels.push(here);
                here = half;
            }
            here = block.run(pool, here, None);
        }

        let mut maps = Vec::new();
        let mut up = self.up.iter();
        for side in self.sides.iter().rev() {
            maps.push(side.map(pool, &here, width, height));
            if let (Some(block), Some(level)) = (up.next(), levels.pop()) {
                let large = enlarge(pool, &here, level.height, level.width);
                pool.give(here);
                here = block.run(pool, large, Some(level));
            }
        }
        pool.give(here);
        maps.reverse();
        maps
    }

    /// The last convolution, 1 × 1, and the logistic curve.
    fn weigh(&self, maps: &[Tensor], size: usize) -> Vec<f32> {
        let mut sums = vec![self.constant; size];
        for (map, share) in maps.iter().zip(&self.shares) {
            for (sum, number) in sums.iter_mut().zip(map.values()) {
                *sum += share * number;
            }
        }
        for sum in &mut sums {
            *sum = logistic(*sum);
        }
        sums
    }
}

/// What runs compute in, kept from one to the next: about 90 MB at 320 × 320, 105 MB for the full
/// network.
#[derive(Debug, Default)]
pub struct Buffers(Vec<Vec<f32>>);

/// Scales so that the brightest value is 1, then by the mean and the spread: what the authors do.
fn prepare(picture: &[u8]) -> Vec<f32> {
    let brightest = f32::from(picture.iter().copied().max().unwrap_or(0).max(1));
    let scale = |(at, &value): (usize, &u8)| {
        let channel = at % 3;
        (f32::from(value) / brightest - MEAN[channel]) / SPREAD[channel]
    };
    picture.iter().enumerate().map(scale).collect()
}

/// Packs the convolutions in order, each as soon as it is read.
struct Loader<'a> {
    unit: Unit,
    reader: weights::Reader<'a>,
}

impl Loader<'_> {
    fn next(
        &mut self,
        inputs: usize,
        outputs: usize,
        side: usize,
        dilation: usize,
    ) -> Result<Layer, Damage> {
        self.reader.next(Shape { inputs, outputs, side, dilation })
    }

    fn conv(&mut self, inputs: usize, outputs: usize, dilation: usize) -> Result<Conv, Damage> {
        let layer = self.next(inputs, outputs, 3, dilation)?;
        Ok(Conv::new(self.unit, &layer))
    }

    /// What sees the subject in a block's result.
    fn side(&mut self, block: Width) -> Result<Side, Damage> {
        let layer = self.next(block.out, 1, 3, 1)?;
        Ok(Side::new(self.unit, &layer))
    }
}

#[cfg(test)]
mod tests;
