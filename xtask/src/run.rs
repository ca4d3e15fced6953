//! Running other programs, and saying how long they took.

use anyhow::{Context as _, Result, bail};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Runs a program whose output is the point: it goes straight to the person.
pub fn shown(command: &mut Command) -> Result<()> {
    let name = name_of(command);
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}

/// Runs a program whose output matters only when it fails: all of it goes to `log`, and the end of
/// it into the error.
pub fn logged(command: &mut Command, log: &Path) -> Result<()> {
    let name = name_of(command);
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let status = command
        .stdin(std::process::Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .with_context(|| format!("cannot start {name}"))?;
    if !status.success() {
        let said = String::from_utf8_lossy(&fs::read(log)?).into_owned();
        let lines: Vec<_> = said.lines().collect();
        let end = lines[lines.len().saturating_sub(25)..].join("\n");
        bail!("{name} ended with {status}; the end of {}:\n{end}", log.display());
    }
    Ok(())
}

/// What a program prints to its standard output.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let name = name_of(command);
    let out = command.output().with_context(|| format!("cannot start {name}"))?;
    if !out.status.success() {
        bail!("{name} ended with {}:\n{}", out.status, String::from_utf8_lossy(&out.stderr));
    }
    Ok(out.stdout)
}

/// One line of the set-up: what is being done, then how long it took.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    print!("  {name} … ");
    std::io::stdout().flush()?;
    let start = Instant::now();
    let result = work();
    let took = seconds(start.elapsed());
    match &result {
        Ok(_) => println!("{took}"),
        Err(_) => println!("failed after {took}"),
    }
    result.with_context(|| name.to_owned())
}

pub fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.1} s") } else { format!("{seconds:.0} s") }
}

fn name_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let first = command.get_args().next().unwrap_or_default();
    format!("`{} {}`", program.display(), first.display())
}
