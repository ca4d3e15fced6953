//! Four numbers that are worked on together: red, green and blue of one place, or less.
//!
//! Four rather than three, because that is one vector of a browser's, and an operation on it one
//! instruction: less code, and faster. Each lane is computed as a number by itself is, so the bits are
//! the same everywhere.

use std::ops::{Add, AddAssign, Mul, Sub};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use std::arch::wasm32 as lanes;

/// The same names in plain Rust.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[allow(non_camel_case_types)]
mod lanes {
    pub type v128 = [f32; 4];

    #[inline(always)]
    pub fn f32x4(a: f32, b: f32, c: f32, d: f32) -> v128 {
        [a, b, c, d]
    }
    #[inline(always)]
    pub fn f32x4_splat(number: f32) -> v128 {
        [number; 4]
    }
    #[inline(always)]
    pub fn f32x4_extract_lane<const N: usize>(lanes: v128) -> f32 {
        lanes[N]
    }
    #[inline(always)]
    pub fn f32x4_add(a: v128, b: v128) -> v128 {
        [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
    }
    #[inline(always)]
    pub fn f32x4_sub(a: v128, b: v128) -> v128 {
        [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]]
    }
    #[inline(always)]
    pub fn f32x4_mul(a: v128, b: v128) -> v128 {
        [a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]]
    }
}

/// Red, green, blue, where 1 is white; or any numbers of one place.
#[derive(Debug, Clone, Copy)]
pub struct Light(lanes::v128);

impl Light {
    #[inline(always)]
    pub fn of([a, b, c, d]: [f32; 4]) -> Self {
        Self(lanes::f32x4(a, b, c, d))
    }

    #[inline(always)]
    pub fn rgb([r, g, b]: [f32; 3]) -> Self {
        Self::of([r, g, b, 0.0])
    }

    /// The same number four times.
    #[inline(always)]
    pub fn all(number: f32) -> Self {
        Self(lanes::f32x4_splat(number))
    }

    /// The first number.
    #[inline(always)]
    pub fn first(self) -> f32 {
        lanes::f32x4_extract_lane::<0>(self.0)
    }

    /// The first three.
    #[inline(always)]
    pub fn three(self) -> [f32; 3] {
        let [a, b, c, _] = self.four();
        [a, b, c]
    }

    #[inline(always)]
    pub fn four(self) -> [f32; 4] {
        [
            self.first(),
            lanes::f32x4_extract_lane::<1>(self.0),
            lanes::f32x4_extract_lane::<2>(self.0),
            lanes::f32x4_extract_lane::<3>(self.0),
        ]
    }
}

impl PartialEq for Light {
    fn eq(&self, other: &Self) -> bool {
        self.four() == other.four()
    }
}

impl Add for Light {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(lanes::f32x4_add(self.0, other.0))
    }
}

impl AddAssign for Light {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Light {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(lanes::f32x4_sub(self.0, other.0))
    }
}

impl Mul for Light {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(lanes::f32x4_mul(self.0, other.0))
    }
}

impl Mul<f32> for Light {
    type Output = Self;
    #[inline(always)]
    fn mul(self, factor: f32) -> Self {
        self * Self::all(factor)
    }
}
