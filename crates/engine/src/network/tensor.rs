//! A stack of planes, and the memory that they take turns with.

use super::simd::Unit;

/// Numbers by row, column, channel: the channels of one pixel lie together, so that a kernel loads
/// several at once.
#[derive(Debug)]
pub struct Tensor {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    /// The first `height · width · channels` are the tensor's; what follows are leftovers.
    memory: Vec<f32>,
}

impl Tensor {
    /// A tensor of these numbers, filled up with zeros if there are too few.
    #[cfg(test)]
    pub fn of(height: usize, width: usize, channels: usize, mut values: Vec<f32>) -> Self {
        values.resize(height * width * channels, 0.0);
        Self { height, width, channels, memory: values }
    }

    /// All the numbers.
    #[inline(always)]
    pub fn values(&self) -> &[f32] {
        &self.memory[..self.height * self.width * self.channels]
    }

    /// All the numbers, to write.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.memory[..self.height * self.width * self.channels]
    }

    /// The channels of a pixel.
    #[inline(always)]
    pub fn pixel(&self, y: usize, x: usize) -> &[f32] {
        &self.memory[(y * self.width + x) * self.channels..][..self.channels]
    }
}

/// Memory that is no longer needed, kept for the next tensor: fresh pages cost more than the
/// arithmetic of some layers.
#[derive(Debug)]
pub struct Pool {
    unit: Unit,
    free: Vec<Vec<f32>>,
}

impl Pool {
    /// No memory yet; what is filled from it is filled by `unit`.
    pub fn new(unit: Unit) -> Self {
        Self { unit, free: Vec::new() }
    }

    /// The vector unit of this run.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// A tensor whose numbers are leftovers: the caller writes each of them.
    pub fn tensor(&mut self, height: usize, width: usize, channels: usize) -> Tensor {
        let size = height * width * channels;
        let fits = (0..self.free.len())
            .filter(|&i| self.free[i].len() >= size)
            .min_by_key(|&i| self.free[i].len());
        let memory = match fits {
            Some(i) => self.free.swap_remove(i),
            // Zeroed by the system, page by page, when first written.
            None => vec![0.0; size],
        };
        Tensor { height, width, channels, memory }
    }

    /// Takes back what is no longer needed.
    pub fn give(&mut self, tensor: Tensor) {
        self.free.push(tensor.memory);
    }
}
