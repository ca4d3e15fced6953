//! Sheets to be looked at: a row for each photo with its mask and its cut-outs.

use image::imageops::{self, FilterType};
use image::{GrayImage, ImageResult, Rgb, RgbImage, RgbaImage};
use std::path::{Path, PathBuf};

/// The width of a picture on a sheet, in pixels.
pub const TILE: u32 = 320;
/// Rows on a sheet.
const ROWS: usize = 8;
/// What is behind a cut-out: hardly a subject has it.
const BEHIND: [u8; 3] = [196, 22, 220];

pub struct Sheets {
    folder: PathBuf,
    rows: Vec<RgbImage>,
    count: usize,
}

impl Sheets {
    pub fn new(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), rows: Vec::new(), count: 0 })
    }

    pub fn add(
        &mut self,
        photo: &RgbaImage,
        mask: &GrayImage,
        made: &[RgbaImage],
    ) -> ImageResult<()> {
        let height = (photo.height() * TILE / photo.width().max(1)).clamp(1, 2 * TILE);
        let mask = RgbImage::from_fn(mask.width(), mask.height(), |x, y| {
            Rgb([mask.get_pixel(x, y).0[0]; 3])
        });
        let tiles = [on(photo), mask].into_iter().chain(made.iter().map(on));
        let width = TILE * u32::try_from(2 + made.len()).unwrap_or(2);
        let mut row = RgbImage::new(width, height);
        for (tile, x) in tiles.zip((0..).step_by(TILE as usize)) {
            let tile = imageops::resize(&tile, TILE, height, FilterType::Triangle);
            imageops::replace(&mut row, &tile, x, 0);
        }
        self.rows.push(row);
        if self.rows.len() == ROWS { self.finish() } else { Ok(()) }
    }

    /// Writes what is there.
    pub fn finish(&mut self) -> ImageResult<()> {
        let rows = std::mem::take(&mut self.rows);
        let Some(width) = rows.first().map(RgbImage::width) else { return Ok(()) };
        let mut sheet = RgbImage::new(width, rows.iter().map(RgbImage::height).sum());
        let mut y = 0;
        for row in &rows {
            imageops::replace(&mut sheet, row, 0, y);
            y += i64::from(row.height());
        }
        self.count += 1;
        sheet.save(self.folder.join(format!("sheet-{}.jpg", self.count)))
    }
}

/// A cut-out before what is behind it.
fn on(cut: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(cut.width(), cut.height(), |x, y| {
        let [front @ .., alpha] = cut.get_pixel(x, y).0;
        let mix = |front: u8, back: u8| {
            let sum =
                u32::from(front) * u32::from(alpha) + u32::from(back) * (255 - u32::from(alpha));
            u8::try_from(sum / 255).unwrap_or(u8::MAX)
        };
        Rgb([0, 1, 2].map(|c| mix(front[c], BEHIND[c])))
    })
}
