//! A Brotli and a gzip copy beside each file that gains by one, so that the relay never compresses
//! on the fly.

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The ends of the copies' names, and what makes them.
const WAYS: [(&str, Pack); 2] = [(".br", brotli), (".gz", gzip)];

type Pack = fn(&[u8]) -> Result<Vec<u8>>;

const TEXT_LIKE: [&str; 13] = [
    "css",
    "html",
    "ico",
    "js",
    "json",
    "map",
    "md",
    "mjs",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// Each build writes the folder anew, so what was compressed before is kept in `kept` by content:
/// the best quality takes seconds.
pub fn folder(dist: &Path, kept: &Path) -> Result<()> {
    fs::create_dir_all(kept)?;
    let mut used = HashSet::new();
    for file in files_in(dist)? {
        if !TEXT_LIKE.iter().any(|ext| file.extension() == Some(ext.as_ref())) {
            continue;
        }
        let plain = fs::read(&file)?;
        for (end, pack) in WAYS {
            let beside = with_end(&file, end);
            let name = key(&plain, end);
            let known = kept.join(&name);
            let packed = match fs::read(&known) {
                Ok(packed) => packed,
                Err(_) => {
                    let packed = pack(&plain)?;
                    fs::write(&known, &packed)?;
                    packed
                }
            };
            used.insert(OsString::from(name));
            if packed.len() < plain.len() {
                fs::write(&beside, &packed)?;
            } else if beside.exists() {
                fs::remove_file(&beside)?;
            }
        }
    }
    // What this build does not use, the next one will not miss.
    for entry in fs::read_dir(kept)? {
        let entry = entry?;
        if !used.contains(&entry.file_name()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Brotli at its best (11), as the relay's visitors get it.
pub fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let best = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: plain.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &plain[..], &mut packed, &best)?;
    Ok(packed)
}

/// gzip at its best (9), for those who do not know Brotli.
fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(plain)?;
    Ok(packed.finish()?)
}

/// Every file in a folder and below.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn with_end(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn key(plain: &[u8], end: &str) -> String {
    let mut hasher = DefaultHasher::new();
    plain.hash(&mut hasher);
    format!("{:016x}-{}{end}", hasher.finish(), plain.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_what_gains_and_follows_a_change() {
        let root = std::env::temp_dir().join(format!("backdrop-br-{}", std::process::id()));
        let (dist, kept) = (root.join("dist"), root.join("kept"));
        fs::create_dir_all(dist.join("sub")).unwrap();
        fs::write(dist.join("sub/a.css"), "a{}".repeat(100)).unwrap();
        fs::write(dist.join("tiny.js"), "1").unwrap();
        fs::write(dist.join("photo.png"), "p".repeat(100)).unwrap();

        folder(&dist, &kept).unwrap();
        let first = fs::read(dist.join("sub/a.css.br")).unwrap();
        assert!(!dist.join("tiny.js.br").exists());
        assert!(!dist.join("photo.png.br").exists());
        assert!(fs::read(dist.join("sub/a.css.gz")).unwrap().starts_with(b"\x1f\x8b"));
        assert!(!dist.join("tiny.js.gz").exists());
        assert_eq!(fs::read_dir(&kept).unwrap().count(), 4);

        fs::write(dist.join("sub/a.css"), "b{}".repeat(100)).unwrap();
        folder(&dist, &kept).unwrap();
        assert_ne!(first, fs::read(dist.join("sub/a.css.br")).unwrap());
        assert_eq!(fs::read_dir(&kept).unwrap().count(), 4);
        fs::remove_dir_all(root).unwrap();
    }
}
