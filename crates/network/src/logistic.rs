//! The logistic curve, the same on every machine: a system's own `exp` differs in the last bit.

/// `1 / (1 + e⁻ˣ)`.
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// e to the power of `x`, with a relative error below 2⁻²²; `x` is cut to where the result is a
/// normal number. After the Cephes library's `expf` (Moshier, 1989): a power of two, and a polynomial for
/// the rest, whose logarithm is at most half that of two.
fn exp(x: f32) -> f32 {
    /// The logarithm of two in two parts: the first so short that its products are exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    const POLYNOMIAL: [f32; 6] =
        [1.987_569_1e-4, 1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5];
    let x = x.clamp(-87.0, 88.0);
    let twos = (x * std::f32::consts::LOG2_E + 0.5).floor();
    let rest = x - twos * LN_2[0] - twos * LN_2[1];
    let sum = POLYNOMIAL.iter().fold(0.0, |sum, factor| sum * rest + factor);
    let power = f32::from_bits(((twos as i32 + 127) as u32) << 23);
    (sum * rest * rest + rest + 1.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_exponential(x in -87.0_f32..88.0) {
            let wanted = f64::from(x).exp();
            prop_assert!((f64::from(exp(x)) / wanted - 1.0).abs() < 2.5e-7, "{x}");
        }
    }

    #[test]
    fn the_ends_are_flat() {
        assert_eq!(logistic(0.0), 0.5);
        assert_eq!(logistic(1e9), 1.0);
        assert!(logistic(-1e9) < 1e-37 && logistic(f32::NAN).is_nan());
    }
}
