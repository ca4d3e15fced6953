//! The blocks: small U's inside the large one.

use super::conv::Conv;
use super::plane;
use super::tensor::{Pool, Tensor};
use super::weights::Damage;
use super::{Loader, Width};

/// A U of some depth: halve and convolve down, enlarge and convolve up, and add what went in.
#[derive(Debug)]
pub struct Block {
    enter: Conv,
    first: Conv,
    down: Vec<Conv>,
    bottom: Conv,
    up: Vec<Conv>,
    last: Conv,
}

impl Block {
    /// A block of `depth` levels (the paper's RSU-7 to RSU-4).
    pub fn load(
        loader: &mut Loader<'_>,
        depth: usize,
        inputs: usize,
        Width { inside, out }: Width,
    ) -> Result<Self, Damage> {
        let enter = loader.conv(inputs, out, 1)?;
        let first = loader.conv(out, inside, 1)?;
        let between = 2..depth;
        let down =
            between.clone().map(|_| loader.conv(inside, inside, 1)).collect::<Result<_, _>>()?;
        let bottom = loader.conv(inside, inside, 2)?;
        let up = between.map(|_| loader.conv(2 * inside, inside, 1)).collect::<Result<_, _>>()?;
        let last = loader.conv(2 * inside, out, 1)?;
        Ok(Self { enter, first, down, bottom, up, last })
    }

    /// Takes the inputs, so that their memory serves the levels inside.
    pub fn run(&self, pool: &mut Pool<'_>, inputs: Vec<Tensor>) -> Tensor {
        let entered = enter(&self.enter, pool, inputs);
        let mut above = Vec::new();
        let mut level = self.first.run(pool, &[&entered], None);
        for conv in &self.down {
            let half = plane::halve(pool, &level);
            above.push(level);
            level = conv.run(pool, &[&half], None);
            pool.give(half);
        }
        let mut below = self.bottom.run(pool, &[&level], None);
        for (conv, higher) in self.up.iter().zip(above.into_iter().rev()) {
            let joined = conv.run(pool, &[&below, &level], None);
            pool.give(below);
            pool.give(level);
            below = plane::enlarge(pool, &joined, higher.height, higher.width);
            pool.give(joined);
            level = higher;
        }
        let result = self.last.run(pool, &[&below, &level], Some(&entered));
        for tensor in [entered, below, level] {
            pool.give(tensor);
        }
        result
    }
}

/// The first convolution of a block; what it was made from is then no longer needed.
fn enter(conv: &Conv, pool: &mut Pool<'_>, inputs: Vec<Tensor>) -> Tensor {
    let entered = conv.run(pool, &inputs.iter().collect::<Vec<_>>(), None);
    for input in inputs {
        pool.give(input);
    }
    entered
}

/// A block too deep in the U to be halved further: holes in the kernels widen its view instead
/// (the paper's RSU-4F).
#[derive(Debug)]
pub struct Flat {
    enter: Conv,
    down: [Conv; 4],
    up: [Conv; 3],
}

impl Flat {
    pub fn load(
        loader: &mut Loader<'_>,
        inputs: usize,
        Width { inside, out }: Width,
    ) -> Result<Self, Damage> {
        Ok(Self {
            enter: loader.conv(inputs, out, 1)?,
            down: [
                loader.conv(out, inside, 1)?,
                loader.conv(inside, inside, 2)?,
                loader.conv(inside, inside, 4)?,
                loader.conv(inside, inside, 8)?,
            ],
            up: [
                loader.conv(2 * inside, inside, 4)?,
                loader.conv(2 * inside, inside, 2)?,
                loader.conv(2 * inside, out, 1)?,
            ],
        })
    }

    /// Takes the inputs, as [`Block::run`] does.
    pub fn run(&self, pool: &mut Pool<'_>, inputs: Vec<Tensor>) -> Tensor {
        let entered = enter(&self.enter, pool, inputs);
        let [one, two, three, four] = &self.down;
        let first = one.run(pool, &[&entered], None);
        let second = two.run(pool, &[&first], None);
        let third = three.run(pool, &[&second], None);
        let fourth = four.run(pool, &[&third], None);
        let [three, two, one] = &self.up;
        let up = three.run(pool, &[&fourth, &third], None);
        let higher = two.run(pool, &[&up, &second], None);
        let result = one.run(pool, &[&higher, &first], Some(&entered));
        for tensor in [entered, first, second, third, fourth, up, higher] {
            pool.give(tensor);
        }
        result
    }
}
