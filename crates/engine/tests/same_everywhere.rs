//! The same bytes on every machine: natively, and in a browser with WebAssembly's vectors.
//!
//! The hashes were written down once. Who changes what is computed changes them, on purpose.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use backdrop_engine::{
    Arriving, Edit, Engine, Ground, Looks, Photo, Placement, Reference, Stroke, Subject,
};
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const WEIGHTS: &[u8] = include_bytes!("../weights/u2netp.bin");
const ASTRONAUT: &[u8] = include_bytes!("data/astronaut.png");

/// FNV-1a, of bytes.
fn hash<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> u64 {
    bytes.into_iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3)
    })
}

fn astronaut() -> Vec<[u8; 4]> {
    let pixels = image::load_from_memory(ASTRONAUT).unwrap().into_rgba8().into_raw();
    pixels.as_chunks().0.to_vec()
}

fn arrived(pixels: &[[u8; 4]]) -> Photo {
    let mut arriving = Arriving::new(320, 320, true).unwrap();
    pixels.chunks(320 * 7).for_each(|rows| arriving.rows(rows));
    arriving.finish()
}

/// The astronaut cut out by hand, roughly: no network is asked.
fn cut_out() -> Vec<[u8; 4]> {
    let mut pixels = astronaut();
    for (at, pixel) in pixels.iter_mut().enumerate() {
        let (x, y) = ((at % 320) as i32, (at / 320) as i32);
        let far = (x - 140) * (x - 140) * 2 + (y - 170) * (y - 170);
        pixel[3] = (255 - (far / 90 - 20).clamp(0, 255)) as u8;
    }
    pixels
}

fn composed(subject: &Subject, ground: &Ground, pixels: &[[u8; 4]]) -> u64 {
    let mut made = pixels.to_vec();
    // A few rows at a time, as a browser does.
    for (i, rows) in made.chunks_mut(320 * 13).enumerate() {
        subject.compose(ground, i * 13, rows);
    }
    hash(made.as_flattened())
}

#[wasm_bindgen_test(unsupported = test)]
fn what_the_network_sees() {
    let engine = Engine::load_portable(WEIGHTS).unwrap();
    let pixels = astronaut();
    let subject = arrived(&pixels).find(&engine, Looks::Twice, false).unwrap();
    let (width, mask) = subject.preview();
    let clear = composed(&subject, &Ground::clear(), &pixels);
    assert_eq!((width, hash(&mask), clear), (320, 0x8B1B_5E7D_8C4D_9821, 0x1FE3_4E08_D74D_8BF5));
}

#[wasm_bindgen_test(unsupported = test)]
fn what_is_painted_and_composed() {
    let engine = Engine::load(WEIGHTS).unwrap();
    let pixels = cut_out();
    let mut subject = arrived(&pixels).find(&engine, Looks::Twice, false).unwrap();
    let mut made = Vec::new();
    for words in [
        "studio",
        "marble",
        "wooden table",
        "beach",
        "forest",
        "parking lot",
        "city",
        "bokeh",
        "paper",
        "gradient",
        "window",
    ] {
        let (ground, _) = Ground::words(words, 7, &subject);
        made.push((words, composed(&subject, &ground, &pixels)));
    }
    made.push(("blurred", composed(&subject, &Ground::blurred(&subject, 0.5), &pixels)));
    for (name, blur) in [("reference", 0.0), ("soft reference", 0.4)] {
        let placement = Placement { position: [0.3, 0.8], blur, matched: true };
        let mut reference = Reference::new(480, 360, placement, &subject).unwrap();
        let picture: Vec<[u8; 4]> = (0..480 * 360_u32)
            .map(|at| [(at % 480 / 2) as u8, (at / 480 / 2) as u8, (at % 251) as u8, 255])
            .collect();
        reference.rows(&picture);
        made.push((name, composed(&subject, &reference.finish(&subject), &pixels)));
    }
    let stroke = Stroke { keep: false, radius: 0.05, points: vec![[0.3, 0.4], [0.5, 0.55]] };
    subject.edit(&[
        Edit::Stroke(stroke),
        Edit::Grow(-0.01),
        Edit::Feather(0.01),
        Edit::KeepLargest,
    ]);
    made.push(("edited", composed(&subject, &Ground::colour([9, 99, 199]), &pixels)));
    let wanted = [
        ("studio", 0xC366_2968_66A0_99B8),
        ("marble", 0x39E5_729F_1675_A794),
        ("wooden table", 0x3765_0B06_602D_5584),
        ("beach", 0x5561_17E6_014E_A839),
        ("forest", 0xB350_00C2_4A59_BCBE),
        ("parking lot", 0x775C_08B9_4AEB_3765),
        ("city", 0xB646_C04D_1489_2FD5),
        ("bokeh", 0x7B03_458A_4543_2A99),
        ("paper", 0xF1F5_2E8D_5D97_0CD7),
        ("gradient", 0xECE6_2342_1936_E3AD),
        ("window", 0xCE46_1023_C1A9_F62E),
        ("blurred", 0x382B_8AD3_1608_35A4),
        ("reference", 0x23BC_F24E_6FB4_30E2),
        ("soft reference", 0x647E_5C7A_F971_139B),
        ("edited", 0x6D5C_193D_FFF9_D52B),
    ];
    assert_eq!(made, wanted);
}
