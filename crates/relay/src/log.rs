//! The log, on standard error: text for people, or JSON for a collector. What each request leaves
//! there is said in [`watch`](crate::watch).

use crate::trace::{Collector, TARGET};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// Starts the log, and the collecting of spans. `RUST_LOG` says how much is logged: a level, or
/// levels by part, as `info,hyper=debug`.
pub fn start(format: Format, collector: &Collector) {
    let wanted = std::env::var("RUST_LOG").ok().and_then(|text| text.parse::<Targets>().ok());
    let wanted = wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    let lines = match format {
        Format::Text => lines.boxed(),
        Format::Json => {
            lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed()
        }
    };
    // A second start, as tests of the library may make, keeps the first log.
    let _ = tracing_subscriber::registry()
        .with(collector.layer())
        .with(lines.with_filter(wanted.with_target(TARGET, LevelFilter::OFF)))
        .try_init();
}
