//! `cargo xtask serve`: from a fresh clone to a page in the browser.

use crate::page;
use crate::place::Place;
use crate::run;
use crate::setup::{self, Need};
use anyhow::Result;
use std::process::Command;

/// Unless the arguments say otherwise. Only this machine can reach it.
const ADDRESS: &str = "127.0.0.1:8080";

pub fn run(place: &mut Place, args: &[String]) -> Result<()> {
    setup::run(place, Need::Page)?;
    page::build(place)?;
    println!("Building the relay …");
    run::shown(&mut place.cargo(["build", "--release", "-p", "backdrop-relay"]))?;

    let name = format!("backdrop-relay{}", std::env::consts::EXE_SUFFIX);
    let mut relay = place.command(place.target_dir()?.join("release").join(name));
    relay.arg("--site").arg(place.dist());
    let address = listen(args).unwrap_or_else(|| {
        relay.args(["--listen", ADDRESS]);
        ADDRESS
    });
    relay.args(args);
    println!("\nBackdrop is at http://{address} as soon as the relay says so. Ctrl-C ends it.");
    become_it(&mut relay)
}

/// The address that the relay is told to listen on.
fn listen(args: &[String]) -> Option<&str> {
    let at = args.iter().position(|arg| arg == "--listen");
    let after = at.and_then(|at| args.get(at + 1));
    let joined = || args.iter().find_map(|arg| arg.strip_prefix("--listen="));
    after.map(String::as_str).or_else(joined)
}

/// On Unix the relay takes our place, so that Ctrl-C and every other signal reach it and no one
/// is left behind.
#[cfg(unix)]
fn become_it(relay: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(anyhow::Error::new(relay.exec()).context("cannot start the relay"))
}

#[cfg(not(unix))]
fn become_it(relay: &mut Command) -> Result<()> {
    run::shown(relay)
}

#[cfg(test)]
mod tests {
    use super::listen;

    #[test]
    fn the_address_is_the_one_asked_for() {
        let args = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(listen(&args("--listen [::1]:1 --x")), Some("[::1]:1"));
        assert_eq!(listen(&args("--x --listen=a:2")), Some("a:2"));
        assert_eq!(listen(&args("--listen")), None);
        assert_eq!(listen(&args("--site x")), None);
    }
}
