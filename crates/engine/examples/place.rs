//! Puts the subject of a photo on a backdrop:
//!
//! ```text
//! cargo run --release -p backdrop-engine --features threads --example place -- photo.jpg "on a marble counter" out.png [seed] [original]
//! ```
//!
//! Instead of words: `#ff5733` for a colour, `transparent`, `blur`, or the name of a picture file. A picture
//! that is asked for as `.png` is written as PNG whatever the engine made.

use backdrop_engine::{Backdrop, Engine, Job, Placement};
use std::error::Error;
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [photo, backdrop, out, rest @ ..] = arguments.as_slice() else {
        return Err(
            "place <photo> <words | #rrggbb | transparent | blur | picture> <out> [seed] [original]"
                .into(),
        );
    };
    let photo = std::fs::read(photo)?;
    let reference = match std::path::Path::new(backdrop).is_file() {
        true => std::fs::read(backdrop)?,
        false => Vec::new(),
    };
    let job = Job {
        photo: &photo,
        backdrop: match backdrop.as_str() {
            "transparent" => Backdrop::Transparent,
            "blur" => Backdrop::Blurred(0.5),
            _ if !reference.is_empty() => {
                Backdrop::Reference { file: &reference, placement: Placement::default() }
            }
            words => Backdrop::Words(words),
        },
        seed: rest.first().map_or(Ok(1234), |seed| seed.parse())?,
        original_quality: rest.get(1).is_some(),
        force_background_detection: false,
        fast: false,
        format: None,
    };
    let picture = Engine::new()?.answer(&job)?;
    let bytes = match out.ends_with(".png") {
        true => {
            let mut png = std::io::Cursor::new(Vec::new());
            image::load_from_memory(&picture.bytes)?.write_to(&mut png, image::ImageFormat::Png)?;
            png.into_inner()
        }
        false => picture.bytes,
    };
    std::fs::write(out, bytes)?;
    let look = picture.look.unwrap_or("no look");
    writeln!(std::io::stdout(), "{} × {}, {look}", picture.width, picture.height)?;
    Ok(())
}
