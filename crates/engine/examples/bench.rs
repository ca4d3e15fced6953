//! How long each stage takes, and how much memory the whole process needs.
//!
//! ```text
//! cargo run --release -p backdrop-engine --features threads --example bench -- photo.png [runs [weights]]
//! ```
//!
//! Each job some times over (5 unless told otherwise, with the network built in unless a file of weights
//! is named), medians in milliseconds: the photo as
//! it is; enlarged to 12 megapixels as JPEG, original size kept; and that brought to one megapixel. The
//! memory is the process's highest so far (Linux), so the jobs go from small to large.

use backdrop_engine::{Backdrop, Engine, Job};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use std::error::Error;
use std::io::{Write, stdout};
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("bench <photo> [runs [weights]]")?;
    let runs: usize = arguments.next().map_or(Ok(5), |runs| runs.parse())?;
    let photo = std::fs::read(path)?;
    let weights = arguments.next().map(std::fs::read).transpose()?;

    let start = Instant::now();
    let engine = match &weights {
        Some(weights) => Engine::load(weights)?,
        None => Engine::new()?,
    };
    let loaded = start.elapsed().as_secs_f64() * 1e3;
    drop(weights);
    let network = engine.network();
    writeln!(stdout(), "{network} loaded in {loaded:.0} ms, memory {} MB", most_memory())?;

    let mut job = Job {
        photo: &photo,
        backdrop: Backdrop::Words("In a parking lot"),
        seed: 1234,
        original_quality: true,
        force_background_detection: false,
        fast: false,
        format: None,
    };
    time(&engine, &job, runs, "as it is")?;
    job.fast = true;
    time(&engine, &job, runs, "as it is, fast")?;
    job.fast = false;

    // In a block, so that the memory is the engine's again.
    let large = {
        let small = image::load_from_memory(&photo)?.into_rgb8();
        let factor = (12e6 / f64::from(small.width()) / f64::from(small.height())).sqrt();
        let side = |side: u32| (f64::from(side) * factor) as u32;
        let (width, height) = (side(small.width()), side(small.height()));
        let large = image::imageops::resize(&small, width, height, FilterType::Triangle);
        let mut file = Vec::new();
        large.write_with_encoder(JpegEncoder::new_with_quality(&mut file, 92))?;
        file
    };
    job.photo = &large;
    job.original_quality = false;
    time(&engine, &job, runs, "12 megapixels to 1")?;
    job.original_quality = true;
    time(&engine, &job, runs, "12 megapixels kept")?;
    job.backdrop = Backdrop::Transparent;
    time(&engine, &job, runs, "12 megapixels kept, transparent")
}

fn time(engine: &Engine, job: &Job<'_>, runs: usize, name: &str) -> Result<(), Box<dyn Error>> {
    let mut stages: Vec<(String, Vec<f64>)> = Vec::new();
    let mut size = (0, 0, 0);
    for _ in 0..runs {
        let mut at = 0;
        let mut note = |stage: String, time: f64| {
            if at == stages.len() {
                stages.push((stage, Vec::new()));
            }
            stages[at].1.push(time * 1e3);
            at += 1;
        };
        let start = Instant::now();
        let mut last = start;
        let picture = engine.answer_watched(job, &mut |stage| {
            note(format!("{stage:?}"), last.elapsed().as_secs_f64());
            last = Instant::now();
        })?;
        note("whole".to_owned(), start.elapsed().as_secs_f64());
        size = (picture.width, picture.height, picture.bytes.len() / 1024);
    }
    write!(stdout(), "{name}: {} × {}, {} kB:", size.0, size.1, size.2)?;
    for (stage, mut times) in stages {
        times.sort_by(f64::total_cmp);
        write!(stdout(), " {} {:.0}", stage.to_lowercase(), times[times.len() / 2])?;
    }
    writeln!(stdout(), " ms; memory {} MB", most_memory())?;
    Ok(())
}

/// The most memory the process has held so far, in megabytes; 0 where the system does not tell.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
