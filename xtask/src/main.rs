//! `cargo xtask <command>`: everything that is done with this repository, each with one command.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks by printing"
)]

mod bench;
mod cache;
mod children;
mod description;
mod engine;
mod first_load;
mod fuzz;
mod hd;
mod journeys;
mod leptos;
mod licences;
mod lint;
mod miri;
mod offline;
mod optimise;
mod package;
mod page;
mod place;
mod precompress;
mod program;
mod quality;
mod run;
mod screens;
mod serve;
mod setup;
mod size;
mod split;
mod tag;
mod test;
mod trap;
mod words;

use anyhow::Result;
use place::Place;
use setup::Need;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  setup            install what is missing: the wasm target, trunk, wasm-bindgen, wasm-split,
                   wasm-opt, and for the tests Chromium, Firefox and WebKit with their drivers,
                   curl, jq and Python; says how long each took
  serve [args…]    set up, build the page and the relay, and serve them; extra arguments go to
                   the relay, such as --help, which lists them
  build            build the page into dist/, with a Brotli and a gzip copy beside each text file
  package          the element as an npm package and as a zip for any static host, checked
  program          the relay as one program with the page in it, for a server
  test             every test: native, modules in a browser, journeys through page and relay
  screens          a picture of every state of the studio in light, dark, narrow, forced colours,
                   German and Arabic, into target/screens/
  lint             formatting, clippy (native and wasm), and the licences of all dependencies
  size             what a first visit loads, in Brotli bytes; fails above the gate
  fuzz [seconds] [target]
                   run each fuzz target, or one, for a time, 300 s if none is said; needs a nightly
                   Rust
  miri             the network's own code under Miri, which sees every wrong access to memory; needs
                   a nightly Rust with Miri
  quality DIR [OUT]
                   how well subjects are found in DIR/photos, beside DIR/masks of the same names;
                   sheets to look at go to OUT, else target/quality
  hd [FILE]        the full network's weights, 44 MB, for `--engine hd` of the relay and for pages,
                   put where the relay looks or into FILE; needs Python 3.11 or later
  bench [photo]    time the engine on a photo, or on one of the samples
  bench hd [photo] the same with the full network after it
  bench body       time the page from a file to a request's body, against the plain way
  bench device     whether the page keeps up while this device makes a picture, and how soon it stops
  bench page       how fast the page comes, by Lighthouse, and whether it keeps up with a person
  bench relay      the relay beside nginx, with the same load; on Debian as root it installs nginx
                   and wrk
  bench soak [minutes]
                   what memory the relay holds under a mixed load for ten minutes
  bench batch [--scale | --faults | --heavy]
                   ten thousand photos through three workers one of which is killed, on SQLite and
                   on Redis; one, two and three workers; a store cut off, and a provider that
                   refuses; pictures of a megabyte, for a plan
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
    let takes_arguments = matches!(command, "serve" | "bench" | "fuzz" | "quality" | "hd");
    if !takes_arguments && !args.is_empty() {
        anyhow::bail!("`{command}` takes no arguments (got `{}`)", args.join(" "));
    }
    match command {
        "setup" => setup::run(&mut Place::find()?, Need::Everything),
        "serve" => serve::run(&mut Place::find()?, args),
        "program" => program::run(&mut Place::find()?),
        "build" => page::run(&mut Place::find()?),
        "test" => test::run(&mut Place::find()?),
        "package" => package::run(&mut Place::find()?),
        "lint" => lint::run(&mut Place::find()?),
        "screens" => screens::run(&mut Place::find()?),
        "size" => size::run(&Place::find()?),
        "tag" => tag::run(&Place::find()?),
        "bench" => bench::run(&mut Place::find()?, args),
        "quality" => quality::run(&Place::find()?, args),
        "hd" => hd::run(&Place::find()?, args),
        "miri" => miri::run(&Place::find()?),
        "fuzz" => fuzz::run(&Place::find()?, args),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => anyhow::bail!("no command `{unknown}`; `cargo xtask help` lists them"),
    }
}
