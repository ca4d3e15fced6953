//! The flat file of weights, and reading it without trusting it.
//!
//! All numbers are little-endian. The file is a head and then one record a convolution, in the order
//! in which the network runs them:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | which network: `U2W1` for U²-Netp, `U2F1` for the full U²-Net |
//! | 4 | how many records, `u32` |
//!
//! | bytes of a record | what |
//! |---|---|
//! | 2 | channels in, `u16` |
//! | 2 | channels out, `u16` |
//! | 1 | side of the kernel: 1 or 3 |
//! | 1 | dilation |
//! | 1 | how the weights are stored: 0 `f32`, 1 half floats, 2 whole numbers with scales |
//! | 1 | zero |
//! | out · 4 | if they are whole numbers: what one of them is worth, `f32`, for each channel out |
//! | out · in · side² · (4, 2 or 1) | weights: out, in, row, column; whole numbers are `i8` |
//! | out · 4 | bias, `f32` |
//!
//! `weights/convert.py` writes it.

pub use backdrop_kernels::{Layer, Shape};

/// What is wrong with a file of weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    #[error("the file does not start with U2W1 or U2F1")]
    Head,
    #[error("the file ends inside convolution {0}")]
    Cut(usize),
    #[error("convolution {0} has a head that makes no sense")]
    Record(usize),
    #[error("convolution {0} holds a number that is not finite")]
    NotFinite(usize),
    #[error("{0} bytes are left over")]
    LeftOver(usize),
    #[error("convolution {at} is {found:?}; the network needs {needed:?}")]
    OtherNetwork { at: usize, found: Option<Shape>, needed: Shape },
    #[error("the network ends before convolution {0}")]
    TooMany(usize),
}

/// Reads a file of weights, a convolution at a time.
///
/// Nothing is allocated for a record before the file is known to hold it, so a hostile file costs no
/// more memory than four times its size.
#[derive(Debug)]
pub struct Reader<'a> {
    is_full: bool,
    rest: &'a [u8],
    /// How many records there are, and how many were read.
    count: usize,
    at: usize,
}

impl<'a> Reader<'a> {
    /// Begins a file.
    ///
    /// # Errors
    /// [`Damage::Head`].
    pub fn new(file: &'a [u8]) -> Result<Self, Damage> {
        let mut rest = file;
        let head: [u8; 4] = take(&mut rest).ok_or(Damage::Head)?;
        let count: [u8; 4] = take(&mut rest).ok_or(Damage::Head)?;
        let is_full = match &head {
            b"U2W1" => false,
            b"U2F1" => true,
            _ => return Err(Damage::Head),
        };
        Ok(Self { is_full, rest, count: u32::from_le_bytes(count) as usize, at: 0 })
    }

    /// Whether it is the full network's.
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// The next convolution, which is to have the shape that the network needs there: once loaded, no
    /// size can be wrong.
    ///
    /// # Errors
    /// [`Damage`].
    pub fn next(&mut self, needed: Shape) -> Result<Layer, Damage> {
        let at = self.at;
        if at >= self.count {
            return Err(Damage::OtherNetwork { at, found: None, needed });
        }
        let layer = record(&mut self.rest, at, |found| match *found == needed {
            true => Ok(()),
            false => Err(Damage::OtherNetwork { at, found: Some(*found), needed }),
        })?;
        self.at += 1;
        Ok(layer)
    }

    /// Whether the file ends here.
    ///
    /// # Errors
    /// [`Damage::TooMany`], [`Damage::LeftOver`].
    pub fn end(self) -> Result<(), Damage> {
        match self.rest.len() {
            _ if self.at < self.count => Err(Damage::TooMany(self.at)),
            0 => Ok(()),
            left => Err(Damage::LeftOver(left)),
        }
    }
}

/// `fits` sees the shape before anything is allocated.
fn record(
    rest: &mut &[u8],
    at: usize,
    fits: impl FnOnce(&Shape) -> Result<(), Damage>,
) -> Result<Layer, Damage> {
    let [i0, i1, o0, o1, side, dilation, stored, zero]: [u8; 8] =
        take(rest).ok_or(Damage::Cut(at))?;
    let shape = Shape {
        inputs: usize::from(u16::from_le_bytes([i0, i1])),
        outputs: usize::from(u16::from_le_bytes([o0, o1])),
        side: usize::from(side),
        dilation: usize::from(dilation),
    };
    let sense = shape.inputs > 0 && shape.outputs > 0 && dilation > 0 && zero == 0;
    if !sense || !matches!(side, 1 | 3) {
        return Err(Damage::Record(at));
    }
    fits(&shape)?;
    let size = [shape.outputs, shape.side, shape.side]
        .iter()
        .try_fold(shape.inputs, |size, n| size.checked_mul(*n))
        .ok_or(Damage::Record(at))?;
    let width = match stored {
        0 => 4,
        1 => 2,
        2 => 1,
        _ => return Err(Damage::Record(at)),
    };
    let scales = if stored == 2 { singles(rest, shape.outputs, at)? } else { Vec::new() };
    let numbers = run(rest, size, width, at)?.chunks_exact(width);
    let mut weights = vec![0.0; size];
    for (place, (weight, bytes)) in weights.iter_mut().zip(numbers).enumerate() {
        let scale = scales.get(place / (size / shape.outputs)).unwrap_or(&1.0);
        *weight = number(bytes) * scale;
    }
    let bias = singles(rest, shape.outputs, at)?;
    if !is_finite(&weights) || !is_finite(&bias) {
        return Err(Damage::NotFinite(at));
    }
    Ok(Layer { shape, weights, bias })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*first)
}

/// The bytes of `count` numbers of `width` bytes each.
fn run<'a>(rest: &mut &'a [u8], count: usize, width: usize, at: usize) -> Result<&'a [u8], Damage> {
    let (bytes, after) = count
        .checked_mul(width)
        .and_then(|size| rest.split_at_checked(size))
        .ok_or(Damage::Cut(at))?;
    *rest = after;
    Ok(bytes)
}

fn singles(rest: &mut &[u8], count: usize, at: usize) -> Result<Vec<f32>, Damage> {
    let (numbers, _) = run(rest, count, 4, at)?.as_chunks();
    Ok(numbers.iter().map(|&number| f32::from_le_bytes(number)).collect())
}

fn is_finite(numbers: &[f32]) -> bool {
    numbers.iter().all(|number| number.is_finite())
}

/// A number of 4, 2 or 1 bytes.
fn number(bytes: &[u8]) -> f32 {
    match *bytes {
        [a, b, c, d] => f32::from_le_bytes([a, b, c, d]),
        [a, b] => from_half(u16::from_le_bytes([a, b])),
        [a] => f32::from(a as i8),
        _ => f32::NAN,
    }
}

/// An IEEE 754 half float. Every half is exactly a single.
fn from_half(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let exponent = u32::from(half >> 10 & 31);
    let fraction = u32::from(half & 1023);
    match exponent {
        // Below the smallest normal half: fraction · 2⁻²⁴.
        0 => {
            let size = f32::from(half & 1023) * f32::from_bits(0x3380_0000);
            f32::from_bits(size.to_bits() | sign)
        }
        31 => f32::from_bits(sign | 0x7F80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All convolutions of a file, of any shape.
    fn read(file: &[u8]) -> Result<Vec<Layer>, Damage> {
        let mut reader = Reader::new(file)?;
        let mut layers = Vec::new();
        for at in 0..reader.count {
            layers.push(record(&mut reader.rest, at, |_| Ok(()))?);
            reader.at += 1;
        }
        reader.end()?;
        Ok(layers)
    }

    fn small() -> Vec<u8> {
        let mut file = b"U2W1\x01\0\0\0".to_vec();
        file.extend([2, 0, 1, 0, 1, 1, 1, 0]);
        file.extend([0x00, 0x3C, 0x00, 0xC0]); // 1, -2
        file.extend(0.5_f32.to_le_bytes());
        file
    }

    #[test]
    fn a_small_file_is_read() {
        let layers = read(&small()).unwrap();
        assert_eq!(layers.len(), 1);
        assert_eq!(layers[0].weights, [1.0, -2.0]);
        assert_eq!(layers[0].bias, [0.5]);
    }

    /// Two channels out, of two whole numbers each.
    fn scaled() -> Vec<u8> {
        let mut file = b"U2F1\x01\0\0\0".to_vec();
        file.extend([2, 0, 2, 0, 1, 1, 2, 0]);
        file.extend([0.5_f32, -2.0].map(f32::to_le_bytes).as_flattened());
        file.extend([1, 0xFF, 127, 0x80]);
        file.extend([0.0_f32, 3.0].map(f32::to_le_bytes).as_flattened());
        file
    }

    #[test]
    fn whole_numbers_have_a_scale_for_each_channel_out() {
        let layers = read(&scaled()).unwrap();
        assert_eq!(layers[0].weights, [0.5, -0.5, -254.0, 256.0]);
        assert_eq!(layers[0].bias, [0.0, 3.0]);
    }

    #[test]
    fn every_cut_of_whole_numbers_is_an_error() {
        let whole = scaled();
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
        assert_eq!(read(&[whole, vec![0]].concat()), Err(Damage::LeftOver(1)));
    }

    #[test]
    fn a_scale_that_makes_no_number_is_an_error() {
        for scale in [f32::NAN, f32::INFINITY, f32::MAX] {
            let mut file = scaled();
            file[20..24].copy_from_slice(&scale.to_le_bytes());
            assert_eq!(read(&file), Err(Damage::NotFinite(0)), "{scale}");
        }
    }

    #[test]
    fn every_cut_is_an_error() {
        let whole = small();
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
        assert_eq!(read(&[whole, vec![0]].concat()), Err(Damage::LeftOver(1)));
    }

    #[test]
    fn a_head_that_promises_gigabytes_is_an_error() {
        let mut file = b"U2W1\xFF\xFF\xFF\xFF".to_vec();
        file.extend([255, 255, 255, 255, 3, 1, 0, 0]);
        assert_eq!(read(&file), Err(Damage::Cut(0)));
    }

    #[test]
    fn numbers_that_are_not_finite_are_refused() {
        let mut file = small();
        file[17] = 0x7C;
        assert_eq!(read(&file), Err(Damage::NotFinite(0)));
    }

    #[test]
    fn halves() {
        for (half, single) in [
            (0x0000, 0.0),
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65504.0),
            (0x0001, 1.0 / 16_777_216.0),
            (0x83FF, -1023.0 / 16_777_216.0),
            (0x0400, 1.0 / 16_384.0),
            (0x3555, 0.333_251_95),
        ] {
            assert_eq!(from_half(half), single, "{half:04x}");
        }
        assert!(from_half(0x7C00).is_infinite() && from_half(0x7E00).is_nan());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = read(&bytes);
            let _ = read(&[b"U2W1".as_slice(), &bytes].concat());
            let _ = read(&[b"U2F1\x01\0\0\0\x02\0\x02\0\x01\x01\x02\0".as_slice(), &bytes].concat());
        }

        #[test]
        fn a_changed_byte_is_read_or_refused(at in 0..24_usize, byte: u8) {
            let mut file = small();
            file[at] = byte;
            let _ = read(&file);
        }
    }
}
