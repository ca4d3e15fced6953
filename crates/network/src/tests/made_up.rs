//! Weights that stand in for the full network's; journeys have them, too.

/// A file of the full network with made-up whole numbers, written from the paper and not from the code.
pub fn made_up() -> Vec<u8> {
    fn record(file: &mut Vec<u8>, inputs: u16, outputs: u16, side: u8, dilation: u8) {
        file.extend(inputs.to_le_bytes());
        file.extend(outputs.to_le_bytes());
        file.extend([side, dilation, 2, 0]);
        let size = usize::from(inputs) * usize::from(side * side);
        // So small that the sums neither grow nor vanish.
        let scale = 0.03 / (size as f32).sqrt();
        (0..outputs).for_each(|_| file.extend(scale.to_le_bytes()));
        let mut number = u32::from(inputs) + 31 * u32::from(outputs);
        file.extend((0..size * usize::from(outputs)).map(|_| {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (number >> 24) as u8
        }));
        (0..outputs).for_each(|_| file.extend(0.01_f32.to_le_bytes()));
    }
    let mut file = b"U2F1".to_vec();
    file.extend(119_u32.to_le_bytes());
    // Levels (1: none, but holes), channels in, inside and out.
    for (depth, inputs, inside, out) in [
        (7, 3, 32, 64),
        (6, 64, 32, 128),
        (5, 128, 64, 256),
        (4, 256, 128, 512),
        (1, 512, 256, 512),
        (1, 512, 256, 512),
        (1, 1024, 256, 512),
        (4, 1024, 128, 256),
        (5, 512, 64, 128),
        (6, 256, 32, 64),
        (7, 128, 16, 64),
    ] {
        record(&mut file, inputs, out, 3, 1);
        record(&mut file, out, inside, 3, 1);
        if depth == 1 {
            [2, 4, 8].iter().for_each(|&holes| record(&mut file, inside, inside, 3, holes));
            [4, 2].iter().for_each(|&holes| record(&mut file, 2 * inside, inside, 3, holes));
        } else {
            (2..depth).for_each(|_| record(&mut file, inside, inside, 3, 1));
            record(&mut file, inside, inside, 3, 2);
            (2..depth).for_each(|_| record(&mut file, 2 * inside, inside, 3, 1));
        }
        record(&mut file, 2 * inside, out, 3, 1);
    }
    for inputs in [64, 64, 128, 256, 512, 512] {
        record(&mut file, inputs, 1, 3, 1);
    }
    record(&mut file, 6, 1, 1, 1);
    file
}
