//! Any subject, corrected in any way, on any backdrop: every row comes, and opaque unless nothing is
//! behind it.
#![no_main]

use arbitrary::Arbitrary;
use backdrop_engine::{Arriving, Edit, Engine, Ground, Looks, Placement, Reference, Stroke};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

#[derive(Debug, Arbitrary)]
struct Wish {
    width: u8,
    height: u8,
    pixels: Vec<[u8; 4]>,
    edits: Vec<Change>,
    ground: Behind,
    rows: u8,
}

#[derive(Debug, Arbitrary)]
enum Change {
    Stroke { keep: bool, radius: f32, points: Vec<[f32; 2]> },
    Grow(f32),
    Feather(f32),
    Largest,
}

#[derive(Debug, Arbitrary)]
enum Behind {
    Nothing,
    Colour([u8; 3]),
    Words(String, u64),
    Blurred(f32),
    Reference { width: u8, height: u8, position: [f32; 2], blur: f32, matched: bool },
}

fuzz_target!(|wish: Wish| {
    let (width, height) = (usize::from(wish.width % 48) + 2, usize::from(wish.height % 48) + 2);
    let mut pixels: Vec<[u8; 4]> = wish.pixels.into_iter().take(width * height).collect();
    pixels.resize(width * height, [90, 120, 30, 255]);
    // Enough is transparent that nobody asks the network, and not all.
    let half = pixels.len() / 2;
    pixels[..half].iter_mut().for_each(|pixel| pixel[3] %= 128);
    pixels[half][3] = 255;

    let mut arriving = Arriving::new(width as u32, height as u32, true).unwrap();
    arriving.rows(&pixels);
    let mut subject = arriving.finish().find(&ENGINE, Looks::Twice, false).unwrap();
    let edits = wish.edits.into_iter().take(8).map(|change| match change {
        Change::Stroke { keep, radius, points } => Edit::Stroke(Stroke { keep, radius, points }),
        Change::Grow(far) => Edit::Grow(far),
        Change::Feather(far) => Edit::Feather(far),
        Change::Largest => Edit::KeepLargest,
    });
    subject.edit(&edits.collect::<Vec<_>>());

    let clear = matches!(wish.ground, Behind::Nothing);
    let ground = match wish.ground {
        Behind::Nothing => Ground::clear(),
        Behind::Colour(colour) => Ground::colour(colour),
        Behind::Words(words, seed) => Ground::words(&words, seed, &subject).0,
        Behind::Blurred(amount) => Ground::blurred(&subject, amount),
        Behind::Reference { width, height, position, blur, matched } => {
            let (width, height) = (u32::from(width) + 1, u32::from(height) + 1);
            let placement = Placement { position, blur, matched };
            let mut reference = Reference::new(width, height, placement, &subject).unwrap();
            reference.rows(&vec![[40, 80, 160, 200]; (width * height) as usize]);
            reference.finish(&subject)
        }
    };
    let rows = usize::from(wish.rows % 7) + 1;
    for (i, strip) in pixels.chunks_mut(rows * width).enumerate() {
        subject.compose(&ground, i * rows, strip);
    }
    assert!(clear || pixels.iter().all(|pixel| pixel[3] == 255));
});
