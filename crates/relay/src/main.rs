//! `backdrop-relay`: see `--help`.

use backdrop_relay::config::{Config, Flags};
use backdrop_relay::trace::Collector;
use backdrop_relay::{check, log, memory, serve};
use clap::Parser as _;
use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let flags = Flags::parse();
    if flags.check {
        return match check::is_ready(flags.listen) {
            Ok(true) => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        };
    }
    memory::give_back();
    match start(flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not through the log: it must be read even when the log is turned off.
            let _ = writeln!(std::io::stderr(), "backdrop-relay: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(flags: Flags) -> Result<(), serve::StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(serve::StartError::Runtime)?;
    let collector = runtime.block_on(async { Collector::from_environment() })?;
    log::start(flags.log, &collector);
    let end = runtime.block_on(serve::run(Config::new(flags)?));
    collector.end();
    // A picture nobody waits for any more must not hold the process.
    runtime.shutdown_background();
    end
}
