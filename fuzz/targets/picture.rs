//! Any file as a picture: it is decoded and put behind a subject, or refused. A photo takes the same
//! way, and then the network's, which is too slow to be called this often.
#![no_main]

use backdrop_engine::{Backdrop, Engine, Job, Placement};
use image::{ImageFormat, Rgba, RgbaImage};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// Half of it is transparent, so that nobody asks the network.
static PHOTO: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let pixels = RgbaImage::from_fn(9, 7, |x, _| Rgba([200, 90, 20, if x < 5 { 255 } else { 0 }]));
    let mut file = Cursor::new(Vec::new());
    pixels.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
});

fuzz_target!(|file: &[u8]| {
    let job = Job {
        photo: &PHOTO,
        backdrop: Backdrop::Reference { file, placement: Placement::default() },
        seed: 1,
        original_quality: true,
        force_background_detection: false,
        fast: false,
        format: None,
    };
    if let Ok(picture) = ENGINE.answer(&job) {
        assert_eq!((picture.width, picture.height), (9, 7));
    }
});
