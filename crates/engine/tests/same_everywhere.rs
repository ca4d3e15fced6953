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
    assert_eq!((width, hash(&mask), clear), (320, 0x855C_A3C3_4F68_32FE, 0xA990_84BA_6E17_08FA));
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
        ("studio", 0x0796_91DE_31E9_EFA0),
        ("marble", 0xDA70_AB20_C0E2_F2A3),
        ("wooden table", 0x3D8F_E775_A804_A9DA),
        ("beach", 0x317E_6B9B_BA5A_2A47),
        ("forest", 0x6450_F3B4_CE6E_E764),
        ("parking lot", 0x0351_DD4A_FD33_86D3),
        ("city", 0xBE5B_F543_10A3_E71F),
        ("bokeh", 0x89E3_C271_7743_448C),
        ("paper", 0xF1F5_2E8D_5D97_0CD7),
        ("gradient", 0x1D34_FC7B_0FCF_DCA6),
        ("window", 0x630C_9DB2_D617_E181),
        ("blurred", 0x96D4_379D_8823_1411),
        ("reference", 0x5257_2A0E_C781_526B),
        ("soft reference", 0xD077_AC0D_5AA7_FDCE),
        ("edited", 0x6D5C_193D_FFF9_D52B),
    ];
    assert_eq!(made, wanted);
}
