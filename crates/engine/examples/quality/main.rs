//! How well subjects are found, over photographs with masks that people made.
//!
//! ```text
//! cargo xtask quality DIR [OUT]
//! ```
//!
//! `DIR/photos` holds the photographs (JPEG, PNG or WEBP), `DIR/masks` a PNG of the same stem and size
//! for each, white where the subject is. Each is looked at once and twice; sheets of the photo, its
//! mask and both cut-outs go to `OUT`, else `target/quality`.

mod score;
mod sheet;

use backdrop_engine::{Arriving, Engine, Ground, Looks};
use image::{GrayImage, RgbaImage};
use score::{Score, Total};
use sheet::Sheets;
use std::error::Error;
use std::fs;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};

const WAYS: [(&str, Looks); 2] = [("once", Looks::Whole), ("twice", Looks::Twice)];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("quality <folder> [where sheets go]")?);
    let out = arguments.next().unwrap_or_else(|| "target/quality".to_owned());
    let mut sheets = Sheets::new(Path::new(&out))?;
    let engine = Engine::new()?;
    let mut totals: [Total; 2] = Default::default();
    let mut out = stdout().lock();
    writeln!(out, "{:24} {:>6} {:>6}   {:>6} {:>6}", "IoU, MAE", "once", "", "twice", "")?;
    for (photo, mask) in pairs(&folder)? {
        let name = photo.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let photo = image::open(&photo)?.into_rgba8();
        let mask = image::open(&mask)?.into_luma8();
        if photo.dimensions() != mask.dimensions() {
            return Err(format!("{name}: the mask is not as large as the photo").into());
        }
        let made = WAYS.map(|(_, looks)| cut_out(&engine, &photo, looks));
        write!(out, "{name:24}")?;
        for (cut, total) in made.iter().zip(&mut totals) {
            let score = Score::of(cut, &mask);
            write!(out, " {:6.3} {:6.3}  ", score.overlap, score.error)?;
            total.add(score);
        }
        writeln!(out)?;
        sheets.add(&photo, &mask, &made)?;
    }
    sheets.finish()?;
    for ((name, _), total) in WAYS.iter().zip(&totals) {
        writeln!(out, "{name}: {total}")?;
    }
    Ok(())
}

/// Each photo with its mask, by name.
fn pairs(folder: &Path) -> Result<Vec<(PathBuf, PathBuf)>, Box<dyn Error>> {
    let mut pairs = Vec::new();
    for entry in fs::read_dir(folder.join("photos"))? {
        let photo = entry?.path();
        let stem = photo.file_stem().ok_or("a file without a name")?;
        let mask = folder.join("masks").join(stem).with_extension("png");
        if !mask.exists() {
            return Err(format!("there is no {}", mask.display()).into());
        }
        pairs.push((photo, mask));
    }
    if pairs.is_empty() {
        return Err("there are no photographs".into());
    }
    pairs.sort();
    Ok(pairs)
}

/// The photo with what was found as its alpha; all of it transparent where nothing was found.
fn cut_out(engine: &Engine, photo: &RgbaImage, looks: Looks) -> RgbaImage {
    let mut made = photo.clone();
    let found = Arriving::new(photo.width(), photo.height(), true).and_then(|mut arriving| {
        arriving.rows(made.as_chunks().0);
        // Even where the photo's own alpha would decide.
        arriving.finish().find(engine, looks, true)
    });
    match found {
        Ok(subject) => subject.compose(&Ground::clear(), 0, made.as_chunks_mut().0),
        Err(_) => made.fill(0),
    }
    made
}

/// The alpha of a pixel at a place, or a mask's value.
fn alpha(cut: &RgbaImage) -> GrayImage {
    GrayImage::from_fn(cut.width(), cut.height(), |x, y| [cut.get_pixel(x, y).0[3]].into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its mask is onnxruntime's answer to one look.
    #[test]
    fn the_sample_is_found() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
        let photo = image::open(folder.join("astronaut.png")).unwrap().into_rgba8();
        let mask = image::open(folder.join("astronaut_mask.png")).unwrap().into_luma8();
        let engine = Engine::new().unwrap();
        for (name, looks) in WAYS {
            let score = Score::of(&cut_out(&engine, &photo, looks), &mask);
            assert!(score.overlap > 0.9 && score.error < 0.05, "{name}: {score:?}");
        }
    }

    #[test]
    fn a_folder_is_read_measured_and_drawn() {
        let folder = std::env::temp_dir().join(format!("backdrop-quality-{}", std::process::id()));
        for part in ["photos", "masks", "out"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        let photo = RgbaImage::from_pixel(40, 30, [200, 30, 40, 255].into());
        let mask = GrayImage::from_fn(40, 30, |x, _| [if x < 20 { 255 } else { 0 }].into());
        photo.save(folder.join("photos/a.png")).unwrap();
        assert!(pairs(&folder).is_err(), "a photo without a mask is told");
        mask.save(folder.join("masks/a.png")).unwrap();
        assert_eq!(pairs(&folder).unwrap().len(), 1);
        let mut sheets = Sheets::new(&folder.join("out")).unwrap();
        sheets.add(&photo, &mask, &[photo.clone(), photo.clone()]).unwrap();
        sheets.finish().unwrap();
        let sheet = image::open(folder.join("out/sheet-1.jpg")).unwrap().into_rgb8();
        // The photo, its mask, and the two cut-outs, which kept all.
        let reds =
            (0..4).map(|tile| sheet.get_pixel(tile * sheet::TILE + sheet::TILE * 3 / 4, 20).0);
        let near = |at: [u8; 3], to: [u8; 3]| at.iter().zip(to).all(|(a, b)| a.abs_diff(b) < 12);
        let seen: Vec<_> = reds.collect();
        assert!(near(seen[0], [200, 30, 40]) && near(seen[1], [0, 0, 0]), "{seen:?}");
        assert!(near(seen[2], [200, 30, 40]) && near(seen[3], [200, 30, 40]), "{seen:?}");
        fs::remove_dir_all(folder).unwrap();
    }
}
