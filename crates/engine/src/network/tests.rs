use super::simd::{Portable, Unit};
use super::*;
use proptest::prelude::*;

const WEIGHTS: &[u8] = include_bytes!("../../weights/u2netp.bin");

fn astronaut() -> (Vec<u8>, Vec<u8>) {
    let read = |file: &[u8]| image::load_from_memory(file).unwrap();
    (
        read(include_bytes!("../../tests/data/astronaut.png")).into_rgb8().into_raw(),
        read(include_bytes!("../../tests/data/astronaut_mask.png")).into_luma8().into_raw(),
    )
}

/// The worst and the mean difference.
fn differences(a: &[f32], b: impl Iterator<Item = f32>) -> (f32, f32) {
    let differences: Vec<f32> = a.iter().zip(b).map(|(a, b)| (a - b).abs()).collect();
    let worst = differences.iter().copied().fold(0.0, f32::max);
    (worst, differences.iter().sum::<f32>() / differences.len() as f32)
}

#[test]
fn it_answers_as_onnxruntime_does() {
    let (picture, mask) = astronaut();
    let reference = || mask.iter().map(|&byte| f32::from(byte) / 255.0);
    let found = Network::load(WEIGHTS).unwrap().run(&picture, 320, 320);
    let (worst, mean) = differences(&found, reference());
    // Half floats move a few doubtful pixels; the mask is a byte.
    assert!(worst < 0.09, "{worst}");
    assert!(mean < 0.002, "{mean}");
    let both = |a: f32, b: f32| usize::from(a > 0.5 && b > 0.5);
    let either = |a: f32, b: f32| usize::from(a > 0.5 || b > 0.5);
    let count = |f: &dyn Fn(f32, f32) -> usize| -> usize {
        found.iter().zip(reference()).map(|(a, b)| f(*a, b)).sum()
    };
    let overlap = count(&both) as f32 / count(&either) as f32;
    assert!(overlap > 0.99, "{overlap}");
}

#[test]
fn every_unit_answers_the_same() {
    let (picture, _) = astronaut();
    let (wide, tall) = (96, 80);
    let part: Vec<u8> = picture
        .chunks_exact(3 * 320)
        .take(tall)
        .flat_map(|row| &row[..3 * wide])
        .copied()
        .collect();
    let run = |unit| Network::load_for(unit, WEIGHTS).unwrap().run(&part, wide, tall);
    let (worst, _) = differences(&run(Unit::best()), run(Unit::Portable(Portable)).into_iter());
    assert!(worst < 0.002, "{worst}");
}

#[test]
fn odd_sizes_run_and_wrong_sizes_give_nothing() {
    let network = Network::load(WEIGHTS).unwrap();
    for (width, height) in [(1, 1), (1, 7), (33, 5), (37, 61)] {
        let map = network.run(&vec![90; 3 * width * height], width, height);
        assert_eq!(map.len(), width * height);
        assert!(map.iter().all(|value| (0.0..=1.0).contains(value)));
    }
    assert!(network.run(&[1, 2, 3], 0, 5).is_empty());
    assert!(network.run(&[1, 2, 3], 2, 2).is_empty());
}

#[test]
fn another_network_is_refused() {
    // The first convolution's dilation.
    let mut other = WEIGHTS.to_vec();
    other[13] = 2;
    assert!(matches!(Network::load(&other), Err(Damage::OtherNetwork { at: 0, .. })));
    // One record too few.
    let mut short = WEIGHTS[..8].to_vec();
    short[4..8].copy_from_slice(&0_u32.to_le_bytes());
    assert!(matches!(Network::load(&short), Err(Damage::OtherNetwork { found: None, .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_damaged_file_never_panics(at in 0..WEIGHTS.len(), byte: u8, end in 0..WEIGHTS.len()) {
        prop_assert!(Network::load(&WEIGHTS[..end]).is_err());
        // Most places hold a weight, and there any finite number will do.
        let mut file = WEIGHTS.to_vec();
        file[at] = byte;
        let _ = Network::load(&file);
    }

    #[test]
    fn a_damaged_head_of_a_record_is_refused(field in 8..16_usize, byte: u8) {
        let mut file = WEIGHTS.to_vec();
        prop_assume!(file[field] != byte);
        file[field] = byte;
        prop_assert!(Network::load(&file).is_err());
    }
}

/// `cargo test --release -p backdrop-engine how_long -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn how_long_one_look_takes() {
    let (picture, _) = astronaut();
    for unit in [Unit::best(), Unit::Portable(Portable)] {
        let network = Network::load_for(unit, WEIGHTS).unwrap();
        let mut times: Vec<f64> = (0..15)
            .map(|_| {
                let start = std::time::Instant::now();
                network.run(&picture, 320, 320);
                start.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("320 × 320, {unit:?}: least {:.0}, median {:.0} ms", times[0], times[7]);
    }
}
