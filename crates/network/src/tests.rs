use super::*;
use backdrop_kernels::Portable;
use made_up::made_up;
use proptest::prelude::*;

mod made_up;

const WEIGHTS: &[u8] = include_bytes!("../../engine/weights/u2netp.bin");

fn astronaut() -> (Vec<u8>, Vec<u8>) {
    let read = |file: &[u8]| image::load_from_memory(file).unwrap();
    (
        read(include_bytes!("../../engine/tests/data/astronaut.png")).into_rgb8().into_raw(),
        read(include_bytes!("../../engine/tests/data/astronaut_mask.png")).into_luma8().into_raw(),
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
    let found = Network::load(WEIGHTS).unwrap().run(&mut Buffers::default(), &picture, 320, 320);
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
fn it_computes_what_onnxruntime_computes() {
    let (picture, _) = astronaut();
    let (stored, _) = include_bytes!("../../engine/tests/data/astronaut_seen.f32").as_chunks();
    for unit in [Unit::best(), Unit::Portable(Portable)] {
        let network = Network::load_for(unit, WEIGHTS).unwrap();
        let seen = network.run(&mut Buffers::default(), &picture, 320, 320);
        let every_fourth: Vec<f32> = seen
            .chunks_exact(4 * 320)
            .flat_map(|rows| rows[..320].iter().step_by(4))
            .copied()
            .collect();
        let stored = stored.iter().map(|&bytes| f32::from_le_bytes(bytes));
        let (worst, _) = differences(&every_fourth, stored);
        println!("{unit:?}: {worst:e}");
        assert!(worst < 1e-4, "{unit:?}: {worst}");
    }
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
    let run = |unit| {
        Network::load_for(unit, WEIGHTS).unwrap().run(&mut Buffers::default(), &part, wide, tall)
    };
    let (worst, _) = differences(&run(Unit::best()), run(Unit::Portable(Portable)).into_iter());
    assert!(worst < 0.002, "{worst}");
}

/// The full network's weights, in the file that `BACKDROP_HD` names.
fn full_weights() -> Option<Vec<u8>> {
    Some(std::fs::read(std::env::var_os("BACKDROP_HD")?).unwrap())
}

#[test]
fn the_full_network_computes_what_onnxruntime_computes() {
    let Some(weights) = full_weights() else {
        println!("not looked at: BACKDROP_HD names no weights");
        return;
    };
    let (picture, _) = astronaut();
    let (stored, _) = include_bytes!("../../engine/tests/data/astronaut_full.f32").as_chunks();
    for unit in [Unit::best(), Unit::Portable(Portable)] {
        let network = Network::load_for(unit, &weights).unwrap();
        assert!(network.is_full());
        let seen = network.run(&mut Buffers::default(), &picture, 320, 320);
        let rows = seen.chunks_exact(4 * 320);
        let every_fourth: Vec<f32> =
            rows.flat_map(|rows| rows[..320].iter().step_by(4)).copied().collect();
        let stored = stored.iter().map(|&bytes| f32::from_le_bytes(bytes));
        let (worst, mean) = differences(&every_fourth, stored);
        println!("{unit:?}: {worst:e}, mean {mean:e}");
        // Measured: at most 3e-5 in the whole picture, 2.5e-7 in the mean.
        assert!(worst < 1e-4, "{unit:?}: {worst}");
        assert!(mean < 2e-6, "{unit:?}: {mean}");
    }
}

#[test]
fn a_full_network_of_whole_numbers_is_loaded_or_refused() {
    let file = made_up();
    let network = Network::load(&file).unwrap();
    assert!(network.is_full() && !Network::load(WEIGHTS).unwrap().is_full());
    let map = network.run(&mut Buffers::default(), &[77; 3 * 40 * 36], 40, 36);
    assert_eq!(map.len(), 40 * 36);
    assert!(map.iter().all(|value| (0.0..=1.0).contains(value)));
    let bytes = 4 * network.plan(320, 320).total();
    println!("320 × 320: {} MB", bytes / 1_000_000);
    assert!(bytes < 110_000_000, "{bytes}");

    for end in [0, 7, 9, 100, 16 + 256, file.len() / 2, file.len() - 1] {
        assert!(Network::load(&file[..end]).is_err(), "{end}");
    }
    let changed = |at: usize, bytes: &[u8]| {
        let mut file = file[..4000].to_vec();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        Network::load(&file).unwrap_err()
    };
    // The small network's name, another kind of weights, a scale that is no number, one that is too much.
    assert!(matches!(changed(3, b"W1"), Damage::Head));
    assert!(matches!(changed(0, b"U2W1"), Damage::OtherNetwork { at: 1, .. }));
    assert!(matches!(changed(14, &[3]), Damage::Record(0)));
    for scale in [f32::NAN, f32::INFINITY, f32::MAX] {
        assert!(matches!(changed(16, &scale.to_le_bytes()), Damage::NotFinite(0)), "{scale}");
    }
    // What it says of itself wins over what it holds.
    let mut small = WEIGHTS.to_vec();
    small[2] = b'F';
    assert!(matches!(Network::load(&small), Err(Damage::OtherNetwork { at: 1, .. })));
}

#[test]
fn the_plan_takes_little_memory_and_a_second_run_no_more() {
    let network = Network::load(WEIGHTS).unwrap();
    let bytes = 4 * network.plan(320, 320).total();
    // Three planes of 64 channels and a few of 16 live at once; 26 MB each.
    println!("320 × 320: {} MB", bytes / 1_000_000);
    assert!(bytes < 95_000_000, "{bytes}");
    let mut buffers = network.buffers(64, 64);
    let of =
        |buffers: &Buffers| -> Vec<_> { buffers.0.iter().map(|b| (b.as_ptr(), b.len())).collect() };
    let before = of(&buffers);
    for brightness in [9, 200] {
        network.run(&mut buffers, &vec![brightness; 3 * 64 * 64], 64, 64);
        assert_eq!(of(&buffers), before);
    }
}

#[test]
fn odd_sizes_run_and_wrong_sizes_give_nothing() {
    let network = Network::load(WEIGHTS).unwrap();
    let mut buffers = Buffers::default();
    for (width, height) in [(1, 1), (1, 7), (33, 5), (37, 61)] {
        let map = network.run(&mut buffers, &vec![90; 3 * width * height], width, height);
        assert_eq!(map.len(), width * height);
        assert!(map.iter().all(|value| (0.0..=1.0).contains(value)));
    }
    assert!(network.run(&mut buffers, &[1, 2, 3], 0, 5).is_empty());
    assert!(network.run(&mut buffers, &[1, 2, 3], 2, 2).is_empty());
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

/// `cargo test --release -p backdrop-network how_long -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn how_long_one_look_takes() {
    time(WEIGHTS);
}

/// `cargo test --release -p backdrop-network how_long_full -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn how_long_full_network_takes() {
    time(&full_weights().unwrap());
}

fn time(weights: &[u8]) {
    let (picture, _) = astronaut();
    for unit in [Unit::best(), Unit::Portable(Portable)] {
        let start = std::time::Instant::now();
        let network = Network::load_for(unit, weights).unwrap();
        println!("loaded in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
        let mut buffers = Buffers::default();
        let mut times: Vec<f64> = (0..15)
            .map(|_| {
                let start = std::time::Instant::now();
                network.run(&mut buffers, &picture, 320, 320);
                start.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("320 × 320, {unit:?}: least {:.0}, median {:.0} ms", times[0], times[7]);
    }
}
