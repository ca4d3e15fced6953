//! `cargo xtask <command>`: everything that is done with this repository, each with one command.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks by printing"
)]

mod bench;
mod cache;
mod engine;
mod first_load;
mod licences;
mod lint;
mod page;
mod place;
mod precompress;
mod run;
mod serve;
mod setup;
mod size;
mod test;

use anyhow::Result;
use place::Place;
use setup::Need;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  setup            install what is missing: the wasm target, trunk, wasm-bindgen, wasm-opt, and
                   for the tests Chromium with its driver; says how long each took
  serve [args…]    set up, build the page and the relay, and serve them; extra arguments go to
                   the relay, such as --help, which lists them
  build            build the page into dist/, with a Brotli copy beside each text file
  engine           only the engine for the page, into dist/: `trunk serve` does not make it
  test             every test: native, modules in a browser, journeys through page and relay
  lint             formatting, clippy (native and wasm), and the licences of all dependencies
  size             what a first visit loads, in Brotli bytes; fails above the gate
  bench [photo]    time the engine on a photo, or on one of the samples
  help             this text

What `setup` installs itself lies in one folder that can be deleted at any time:
$BACKDROP_TOOLS, else $XDG_CACHE_HOME/backdrop, else ~/.cache/backdrop.
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    match dispatch(&command, &args.collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &str, args: &[String]) -> Result<()> {
    let takes_arguments = matches!(command, "serve" | "bench");
    if !takes_arguments && !args.is_empty() {
        anyhow::bail!("`{command}` takes no arguments (got `{}`)", args.join(" "));
    }
    match command {
        "setup" => setup::run(&mut Place::find()?, Need::Everything),
        "serve" => serve::run(&mut Place::find()?, args),
        "build" => page::run(&mut Place::find()?),
        "engine" => engine::build(&Place::find()?),
        "test" => test::run(&mut Place::find()?),
        "lint" => lint::run(&mut Place::find()?),
        "size" => size::run(&Place::find()?),
        "bench" => bench::run(&Place::find()?, args),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => anyhow::bail!("no command `{unknown}`; `cargo xtask help` lists them"),
    }
}
