//! Files for a person to drop or pick, and those that the browser saves.

use crate::place;
use provider::png;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A photo on disk under this name, to be dropped or picked.
pub fn photo(name: &str, width: u32, height: u32) -> PathBuf {
    file(name, &png(width, height, [90, 160, 200]))
}

/// One of the real photographs: `coffee`, `cat`, `astronaut`.
pub fn sample(name: &str) -> PathBuf {
    place::samples().join(format!("{name}.jpg"))
}

/// A real photograph made larger, as a JPEG of this name.
pub fn enlarged(name: &str, of: &str, times: u32) -> PathBuf {
    let small = image::open(sample(of)).expect("a sample");
    let (width, height) = (small.width() * times, small.height() * times);
    let large = small.resize_exact(width, height, image::imageops::FilterType::Triangle);
    let mut bytes = Cursor::new(Vec::new());
    large.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("a larger photo");
    file(name, bytes.get_ref())
}

/// A PNG that hardly compresses, of three bytes a pixel.
pub fn noise(name: &str, width: u32, height: u32) -> PathBuf {
    file(name, &provider::noise(width, height))
}

/// A PNG of one colour, one bit a pixel: large only once it is decoded.
pub fn vast(name: &str, width: u32, height: u32) -> PathBuf {
    let pixels = vec![0xFF; width.div_ceil(8) as usize * height as usize];
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().expect("a PNG's header");
    writer.write_image_data(&pixels).expect("a PNG's pixels");
    writer.finish().expect("a PNG's end");
    file(name, &bytes)
}

/// A file on disk with this name and these bytes, whatever they are.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    // One folder a test run; the operating system's temporary folder is where it may stay.
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        std::env::temp_dir().join(format!("backdrop-photos-{}", std::process::id()))
    });
    // And in it one a file: a browser gives up a chosen file that is written again, as another journey
    // would.
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let folder = FOLDER.join(COUNT.fetch_add(1, Ordering::Relaxed).to_string());
    std::fs::create_dir_all(&folder).expect("a folder for a file");
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a file on disk");
    path
}

/// Waits for a finished download that is not in `known`.
pub(crate) async fn wait_for_new(folder: &Path, known: &[PathBuf], patience: Duration) -> PathBuf {
    let end = Instant::now() + patience;
    loop {
        let there = list(folder);
        if let Some(new) = there.iter().find(|file| !known.contains(file)) {
            return new.clone();
        }
        assert!(Instant::now() < end, "nothing was downloaded in {patience:?}; there is {there:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Finished downloads: Chromium writes to `*.crdownload` or a dotted name, then renames; until then
/// an empty file keeps the name.
pub(crate) fn list(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the downloads' folder")
        .map(|entry| entry.expect("a download").path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let empty = path.metadata().is_ok_and(|file| file.len() == 0);
            !empty
                && !name.starts_with('.')
                && ![".crdownload", ".part"].iter().any(|end| name.ends_with(end))
        })
        .collect();
    files.sort();
    files
}
