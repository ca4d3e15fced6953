//! A few numbers at a time, one code path for every width.
//!
//! A kernel is written once over [`Simd`]. The value that it is given is a proof: an [`Avx2`] exists
//! only after the processor was asked, so its instructions are never met by one that lacks them.
//!
//! [`Portable`] and WebAssembly's vectors give the same bits: each sum is made in one order whatever
//! the width, and each product is rounded before it is added. AVX2 and NEON round once for both.

/// What the kernels need of a vector unit.
pub trait Simd: Copy + Send + Sync {
    /// One vector.
    type Lanes: Copy;
    /// How many numbers a vector holds.
    const WIDTH: usize;
    /// Runs `work` compiled for this vector unit. The kernels below it must be inlined.
    fn run<R>(self, work: impl FnOnce() -> R) -> R;
    /// The first [`Simd::WIDTH`] numbers; the slice has at least as many.
    fn load(self, from: &[f32]) -> Self::Lanes;
    /// Writes the first [`Simd::WIDTH`] numbers; the slice has at least as many.
    fn store(self, to: &mut [f32], lanes: Self::Lanes);
    /// The same number in each lane.
    fn splat(self, number: f32) -> Self::Lanes;
    /// `a · b + c`, rounded once where the unit can.
    fn mul_add(self, a: Self::Lanes, b: Self::Lanes, c: Self::Lanes) -> Self::Lanes;
    fn add(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn sub(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
    fn max(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes;
}

/// Plain Rust, for any processor; the compiler makes vectors of it as it can.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[derive(Clone, Copy, Debug)]
pub struct Portable;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
impl Simd for Portable {
    type Lanes = [f32; 8];
    const WIDTH: usize = 8;

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }
    #[inline(always)]
    fn load(self, from: &[f32]) -> [f32; 8] {
        let mut lanes = [0.0; 8];
        lanes.copy_from_slice(&from[..8]);
        lanes
    }
    #[inline(always)]
    fn store(self, to: &mut [f32], lanes: [f32; 8]) {
        to[..8].copy_from_slice(&lanes);
    }
    #[inline(always)]
    fn splat(self, number: f32) -> [f32; 8] {
        [number; 8]
    }
    #[inline(always)]
    fn mul_add(self, a: [f32; 8], b: [f32; 8], c: [f32; 8]) -> [f32; 8] {
        let mut lanes = c;
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
        lanes
    }
    #[inline(always)]
    fn add(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        let mut lanes = a;
        for (lane, b) in lanes.iter_mut().zip(b) {
            *lane += b;
        }
        lanes
    }
    #[inline(always)]
    fn sub(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        let mut lanes = a;
        for (lane, b) in lanes.iter_mut().zip(b) {
            *lane -= b;
        }
        lanes
    }
    #[inline(always)]
    fn max(self, a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        let mut lanes = a;
        for (lane, b) in lanes.iter_mut().zip(b) {
            *lane = if *lane > b { *lane } else { b };
        }
        lanes
    }
}

#[cfg(target_arch = "x86_64")]
pub use x86::Avx2;

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Simd;
    use std::arch::x86_64::*;

    /// AVX2 with fused multiply-add: desktop processors since 2013.
    #[derive(Clone, Copy, Debug)]
    pub struct Avx2(());

    impl Avx2 {
        /// The proof, if this processor has both.
        pub fn detect() -> Option<Self> {
            let has = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            has.then_some(Self(()))
        }
    }

    #[target_feature(enable = "avx2,fma")]
    fn with_avx2<R>(work: impl FnOnce() -> R) -> R {
        work()
    }

    impl Simd for Avx2 {
        type Lanes = __m256;
        const WIDTH: usize = 8;

        #[inline(always)]
        fn run<R>(self, work: impl FnOnce() -> R) -> R {
            // SAFETY: `self` was made by `detect`, so the processor has AVX2 and FMA.
            unsafe { with_avx2(work) }
        }
        #[inline(always)]
        fn load(self, from: &[f32]) -> __m256 {
            let from = &from[..8];
            // SAFETY: `from` is 32 readable bytes, any alignment will do, and `self` proves AVX.
            unsafe { _mm256_loadu_ps(from.as_ptr()) }
        }
        #[inline(always)]
        fn store(self, to: &mut [f32], lanes: __m256) {
            let to = &mut to[..8];
            // SAFETY: `to` is 32 writable bytes, any alignment will do, and `self` proves AVX.
            unsafe { _mm256_storeu_ps(to.as_mut_ptr(), lanes) }
        }
        #[inline(always)]
        fn splat(self, number: f32) -> __m256 {
            // SAFETY: touches no memory; `self` proves AVX.
            unsafe { _mm256_set1_ps(number) }
        }
        #[inline(always)]
        fn mul_add(self, a: __m256, b: __m256, c: __m256) -> __m256 {
            // SAFETY: touches no memory; `self` proves FMA.
            unsafe { _mm256_fmadd_ps(a, b, c) }
        }
        #[inline(always)]
        fn add(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: touches no memory; `self` proves AVX.
            unsafe { _mm256_add_ps(a, b) }
        }
        #[inline(always)]
        fn sub(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: touches no memory; `self` proves AVX.
            unsafe { _mm256_sub_ps(a, b) }
        }
        #[inline(always)]
        fn max(self, a: __m256, b: __m256) -> __m256 {
            // SAFETY: touches no memory; `self` proves AVX.
            unsafe { _mm256_max_ps(a, b) }
        }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm::Simd128;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm {
    use super::Simd;
    use std::arch::wasm32::*;

    /// WebAssembly's fixed-width vectors. The module was built for them, so they are there.
    #[derive(Clone, Copy, Debug)]
    pub struct Simd128;

    impl Simd for Simd128 {
        type Lanes = v128;
        const WIDTH: usize = 4;

        #[inline(always)]
        fn run<R>(self, work: impl FnOnce() -> R) -> R {
            work()
        }
        #[inline(always)]
        fn load(self, from: &[f32]) -> v128 {
            let from = &from[..4];
            // SAFETY: `from` is 16 readable bytes; any alignment will do.
            unsafe { v128_load(from.as_ptr().cast()) }
        }
        #[inline(always)]
        fn store(self, to: &mut [f32], lanes: v128) {
            let to = &mut to[..4];
            // SAFETY: `to` is 16 writable bytes; any alignment will do.
            unsafe { v128_store(to.as_mut_ptr().cast(), lanes) }
        }
        #[inline(always)]
        fn splat(self, number: f32) -> v128 {
            f32x4_splat(number)
        }
        #[inline(always)]
        fn mul_add(self, a: v128, b: v128, c: v128) -> v128 {
            f32x4_add(f32x4_mul(a, b), c)
        }
        #[inline(always)]
        fn add(self, a: v128, b: v128) -> v128 {
            f32x4_add(a, b)
        }
        #[inline(always)]
        fn sub(self, a: v128, b: v128) -> v128 {
            f32x4_sub(a, b)
        }
        #[inline(always)]
        fn max(self, a: v128, b: v128) -> v128 {
            f32x4_pmax(b, a)
        }
    }
}

#[cfg(target_arch = "aarch64")]
pub use aarch64::Neon;

#[cfg(target_arch = "aarch64")]
mod aarch64 {
    use super::Simd;
    use std::arch::aarch64::*;

    /// NEON, which every 64-bit ARM processor that this compiles for has.
    #[derive(Clone, Copy, Debug)]
    pub struct Neon;

    impl Simd for Neon {
        type Lanes = float32x4_t;
        const WIDTH: usize = 4;

        #[inline(always)]
        fn run<R>(self, work: impl FnOnce() -> R) -> R {
            work()
        }
        #[inline(always)]
        fn load(self, from: &[f32]) -> float32x4_t {
            let from = &from[..4];
            // SAFETY: `from` is 16 readable bytes, aligned as numbers are; NEON is part of the target.
            unsafe { vld1q_f32(from.as_ptr()) }
        }
        #[inline(always)]
        fn store(self, to: &mut [f32], lanes: float32x4_t) {
            let to = &mut to[..4];
            // SAFETY: `to` is 16 writable bytes, aligned as numbers are; NEON is part of the target.
            unsafe { vst1q_f32(to.as_mut_ptr(), lanes) }
        }
        #[inline(always)]
        fn splat(self, number: f32) -> float32x4_t {
            // SAFETY: touches no memory; NEON is part of the target.
            unsafe { vdupq_n_f32(number) }
        }
        #[inline(always)]
        fn mul_add(self, a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
            // SAFETY: touches no memory; NEON is part of the target.
            unsafe { vfmaq_f32(c, a, b) }
        }
        #[inline(always)]
        fn add(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
            // SAFETY: touches no memory; NEON is part of the target.
            unsafe { vaddq_f32(a, b) }
        }
        #[inline(always)]
        fn sub(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
            // SAFETY: touches no memory; NEON is part of the target.
            unsafe { vsubq_f32(a, b) }
        }
        #[inline(always)]
        fn max(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
            // SAFETY: touches no memory; NEON is part of the target.
            unsafe { vmaxq_f32(a, b) }
        }
    }
}

/// The vector unit to use, chosen once.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    Portable(Portable),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    Simd128(Simd128),
    #[cfg(target_arch = "aarch64")]
    Neon(Neon),
}

impl Unit {
    /// The one whose results are the same bits on every machine: WebAssembly's vectors where they are,
    /// else plain Rust.
    pub fn same_everywhere() -> Self {
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        return Self::Simd128(Simd128);
        #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
        Self::Portable(Portable)
    }

    /// The best that this machine has.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = Avx2::detect() {
            return Self::Avx2(avx2);
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        return Self::Simd128(Simd128);
        #[cfg(target_arch = "aarch64")]
        return Self::Neon(Neon);
        #[cfg(not(any(
            target_arch = "aarch64",
            all(target_arch = "wasm32", target_feature = "simd128")
        )))]
        Self::Portable(Portable)
    }
}

/// Runs `$work` with `$simd` bound to the unit's own type.
macro_rules! with_unit {
    ($unit:expr, $simd:ident => $work:expr) => {
        match $unit {
            #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
            $crate::simd::Unit::Portable($simd) => $work,
            #[cfg(target_arch = "x86_64")]
            $crate::simd::Unit::Avx2($simd) => $work,
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            $crate::simd::Unit::Simd128($simd) => $work,
            #[cfg(target_arch = "aarch64")]
            $crate::simd::Unit::Neon($simd) => $work,
        }
    };
}
pub(crate) use with_unit;
