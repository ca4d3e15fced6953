//! The relay's description of itself, against the standard and against the running relay.

use crate::children::Running;
use crate::place::Place;
use crate::run;
use crate::setup::python;
use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

/// Seconds for each kind of relay.
const AT_MOST: &str = "25";

const BATCHES: &str = "^/v1/batches";

pub fn check(place: &mut Place) -> Result<()> {
    run::shown(&mut place.cargo(["build", "-p", "backdrop-relay", "-p", "provider"]))?;
    let built = place.target_dir()?.join("debug");
    let program = |name: &str| built.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));

    println!("A relay that answers by itself:");
    let mut relay = place.command(program("backdrop-relay"));
    relay.args(["--listen", "127.0.0.1:0"]).env_remove("SEGMIND_API_KEY");
    let (_engine, origin) = Running::relay(&mut relay)?;
    is_valid(place, &origin, &built)?;
    // A text that could be a picture's base64 is no picture yet.
    let less = ["--exclude-path-regex", BATCHES, "--exclude-checks", "positive_data_acceptance"];
    conforms(place, &origin, &less)?;

    println!("A relay that forwards:");
    let mut provider = place.command(program("play"));
    let (_provider, upstream) = Running::provider(provider.args(["--answer", "picture"]))?;
    let mut relay = place.command(program("backdrop-relay"));
    let journal = built.join("description.sqlite");
    relay.args(["--listen", "127.0.0.1:0", "--upstream", &upstream, "--journal"]).arg(journal);
    let (_relay, origin) = Running::relay(relay.env("SEGMIND_API_KEY", "SG_test"))?;
    conforms(place, &origin, &["--exclude-path-regex", BATCHES])?;

    println!("Batches:");
    // Events of a batch without items have no end, and a text that could be base64 may be none.
    let only = ["--include-path-regex", BATCHES, "--exclude-path-regex", "events"];
    conforms(
        place,
        &origin,
        &[&only[..], &["--exclude-checks", "positive_data_acceptance"]].concat(),
    )
}

/// Whether it is OpenAPI.
fn is_valid(place: &Place, origin: &str, folder: &Path) -> Result<()> {
    let host = origin.strip_prefix("http://").context("an http origin")?;
    let document = folder.join("openapi.json");
    fs::write(&document, get(host, "/openapi.json")?)?;
    let validator = python::program(&place.cache, "openapi-spec-validator");
    run::shown(place.command(validator).arg(&document))
}

/// Sends what the description allows and what it forbids, and compares the replies with it.
fn conforms(place: &Place, origin: &str, more: &[&str]) -> Result<()> {
    let schemathesis = python::program(&place.cache, "schemathesis");
    run::shown(
        place
            .command(schemathesis)
            .args(["run", &format!("{origin}/openapi.json")])
            .args(["--max-examples", "60", "--max-time", AT_MOST, "--seed", "7"])
            .args(["--no-color", "--warnings", "off", "--generation-database", "none"])
            .args(more),
    )
}

fn get(host: &str, path: &str) -> Result<Vec<u8>> {
    use std::io::{Read as _, Write as _};
    let mut connection = std::net::TcpStream::connect(host)?;
    write!(connection, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n")?;
    let mut reply = Vec::new();
    connection.read_to_end(&mut reply)?;
    let end = reply.windows(4).position(|four| four == b"\r\n\r\n").context("a reply's head")?;
    Ok(reply.split_off(end + 4))
}
