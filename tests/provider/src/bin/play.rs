//! The playing provider as a program of its own: `play --listen 127.0.0.1:9000 --answer json`.
//! Its first line of output is its origin, once it listens.
#![allow(clippy::print_stdout, reason = "whoever started it reads where it listens")]

use clap::Parser as _;
use provider::{Answer, Provider};
use std::net::SocketAddr;
use std::time::Duration;

/// Plays the endpoint until it is ended.
#[derive(clap::Parser)]
struct Flags {
    /// Address and port to listen on; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// How every request is answered: picture, json, cut, or a status such as 502; without it by the
    /// request's seed
    #[arg(long, value_name = "NAME", value_parser = named)]
    answer: Option<Answer>,

    /// Milliseconds before each answer; only with --answer or --tally
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay: u64,

    /// For benches: answer at once with a picture of so many bytes, and keep nothing
    #[arg(long, value_name = "BYTES", conflicts_with = "answer")]
    lean: Option<usize>,

    /// For benches: answer with a picture of so many bytes, and count what is asked for
    #[arg(long, value_name = "BYTES", conflicts_with_all = ["answer", "lean"])]
    tally: Option<usize>,
}

#[tokio::main]
async fn main() {
    let flags = Flags::parse();
    if let Some(size) = flags.lean {
        provider::serve_lean(flags.listen, size, |address| println!("http://{address}")).await;
    }
    if let Some(size) = flags.tally {
        let delay = Duration::from_millis(flags.delay);
        let told = |address| println!("http://{address}");
        provider::serve_tally(flags.listen, size, delay, told).await;
    }
    let delayed = |answer: Answer| match flags.delay {
        0 => answer,
        delay => answer.after(Duration::from_millis(delay)),
    };
    let provider = Provider::start_at(flags.listen, flags.answer.map(delayed)).await;
    println!("{}", provider.origin());
    std::future::pending::<()>().await;
}

fn named(name: &str) -> Result<Answer, String> {
    Answer::named(name).ok_or_else(|| "no such answer".to_owned())
}
