//! Four numbers that are worked on together: red, green and blue of one place, or less.
//!
//! Four rather than three, because that is one vector of a browser's, and an operation on it one
//! instruction: less code, and faster. Each lane is computed as a number by itself is, so the bits are
//! the same everywhere.

use std::ops::{Add, AddAssign, Div, Mul, Sub};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lanes {
    pub use std::arch::wasm32::*;

    #[inline(always)]
    pub fn of_bytes(bytes: [u8; 4]) -> v128 {
        let wide = u16x8_extend_low_u8x16(u32x4_splat(u32::from_le_bytes(bytes)));
        f32x4_convert_u32x4(u32x4_extend_low_u16x8(wide))
    }
    #[inline(always)]
    pub fn bytes(lanes: v128) -> [u8; 4] {
        let whole = i32x4_trunc_sat_f32x4(f32x4_add(lanes, f32x4_splat(0.5)));
        let half = i16x8_narrow_i32x4(whole, whole);
        u32x4_extract_lane::<0>(u8x16_narrow_i16x8(half, half)).to_le_bytes()
    }
}

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
    #[inline(always)]
    pub fn f32x4_div(a: v128, b: v128) -> v128 {
        [a[0] / b[0], a[1] / b[1], a[2] / b[2], a[3] / b[3]]
    }
    #[inline(always)]
    pub fn f32x4_sqrt(a: v128) -> v128 {
        a.map(f32::sqrt)
    }
    /// Whole numbers.
    #[inline(always)]
    pub fn of_bytes(bytes: [u8; 4]) -> v128 {
        bytes.map(f32::from)
    }
    /// Rounded; what lies outside is cut.
    #[inline(always)]
    pub fn bytes(lanes: v128) -> [u8; 4] {
        lanes.map(|number| (number + 0.5) as u8)
    }
    /// `b` where it is larger.
    #[inline(always)]
    pub fn f32x4_pmax(a: v128, b: v128) -> v128 {
        let larger = |a, b| if a < b { b } else { a };
        [larger(a[0], b[0]), larger(a[1], b[1]), larger(a[2], b[2]), larger(a[3], b[3])]
    }
    /// `b` where it is smaller.
    #[inline(always)]
    pub fn f32x4_pmin(a: v128, b: v128) -> v128 {
        let smaller = |a, b| if b < a { b } else { a };
        [smaller(a[0], b[0]), smaller(a[1], b[1]), smaller(a[2], b[2]), smaller(a[3], b[3])]
    }
}

/// Red, green, blue, where 1 is white; or any numbers of one place.
#[derive(Debug, Clone, Copy)]
#[repr(transparent)]
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

    /// Three bytes as numbers.
    #[inline(always)]
    pub fn of_bytes([r, g, b]: [u8; 3]) -> Self {
        Self::of_four([r, g, b, 0])
    }

    /// Four bytes as numbers.
    #[inline(always)]
    pub fn of_four(bytes: [u8; 4]) -> Self {
        Self(lanes::of_bytes(bytes))
    }

    /// Each number rounded to a byte; what lies outside is cut.
    #[inline(always)]
    pub fn bytes(self) -> [u8; 4] {
        lanes::bytes(self.0)
    }

    /// The first three of [`Light::bytes`].
    #[inline(always)]
    pub fn rgb_bytes(self) -> [u8; 3] {
        let [r, g, b, _] = self.bytes();
        [r, g, b]
    }

    #[inline(always)]
    pub fn sqrt(self) -> Self {
        Self(lanes::f32x4_sqrt(self.0))
    }

    /// The same number four times.
    #[inline(always)]
    pub fn all(number: f32) -> Self {
        Self(lanes::f32x4_splat(number))
    }

    /// Each number at least `least` and at most `most`.
    #[inline(always)]
    pub fn clamp(self, least: f32, most: f32) -> Self {
        let above = lanes::f32x4_pmax(self.0, lanes::f32x4_splat(least));
        Self(lanes::f32x4_pmin(above, lanes::f32x4_splat(most)))
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
    pub fn last(self) -> f32 {
        lanes::f32x4_extract_lane::<3>(self.0)
    }

    #[inline(always)]
    pub fn four(self) -> [f32; 4] {
        [
            self.first(),
            lanes::f32x4_extract_lane::<1>(self.0),
            lanes::f32x4_extract_lane::<2>(self.0),
            self.last(),
        ]
    }
}

/// The light of red, green and blue in bytes: the square of each, close enough to the sRGB curve.
#[inline(always)]
pub fn decoded(pixel: [u8; 3]) -> Light {
    let value = Light::of_bytes(pixel) * (1.0 / 255.0);
    value * value
}

/// The bytes of light.
#[inline(always)]
pub fn encoded(light: Light) -> [u8; 3] {
    (light.clamp(0.0, f32::MAX).sqrt() * 255.0).rgb_bytes()
}

/// How bright it is.
pub fn grey(light: Light) -> f32 {
    let [r, g, b] = light.three();
    0.3 * r + 0.6 * g + 0.1 * b
}

/// From `a` to `b` by a share.
#[inline(always)]
pub fn blend(a: Light, b: Light, share: f32) -> Light {
    a + (b - a) * share
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

impl Div for Light {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(lanes::f32x4_div(self.0, other.0))
    }
}

impl Mul<f32> for Light {
    type Output = Self;
    #[inline(always)]
    fn mul(self, factor: f32) -> Self {
        self * Self::all(factor)
    }
}
