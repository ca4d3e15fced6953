//! The harness of the journeys: a real Chromium, the real relay, and a provider that plays.
//!
//! ```no_run
//! # use journeys::{Answer, Browser, Provider, Relay};
//! # #[tokio::main] async fn main() {
//! let provider = Provider::start().await;
//! let relay = Relay::with_key("SG_test", provider.origin()).start();
//! let page = Browser::start().await;
//! page.goto(relay.url()).await;
//! page.drop_files("[part=drop]", &[journeys::photo("cat.png", 640, 480)]).await;
//! page.type_into("textarea", "on a beach").await;
//! provider.answers(Answer::TooMany { wait_seconds: 2 });
//! page.press("ctrl+enter").await;
//! page.wait_for_text("[role=status]", "seconds").await;
//! page.screenshot("waiting").await;
//! page.assert_quiet_but_for(&["status of 429"]).await;
//! # }
//! ```
//!
//! Nothing here returns an error: what does not happen within its deadline fails the test there and
//! then, with what was waited for and a screenshot of what was there instead.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "a test harness fails a test by panicking"
)]

mod browser;
mod console;
mod driver;
mod files;
mod finer;
mod keys;
mod kind;
mod log_lines;
mod package;
mod pictures;
mod pixels;
mod place;
mod relay;
mod server;
mod site;
mod studio;
mod surroundings;
mod wire;

pub use browser::Browser;
pub use fantoccini::elements::Element;
pub use files::{enlarged, file, noise, photo, sample, vast};
pub use finer::{Weights, weights};
pub use kind::Kind;
pub use package::{made, npm, unpacked};
pub use pictures::{
    AVIF, BLUE, GPS, ORANGE, PROFILE, Picture, animated_gif, jpeg_segment, picture, png_chunk,
    riff_chunk, still_webp, with_metadata,
};
pub use pixels::{Pixels, far, near};
pub use place::{screens, site};
pub use provider::{Answer, Asked, At, DEADLINE, Job, JobShape, Provider, png};
pub use relay::{Relay, RelayOptions};
pub use server::Server;
pub use site::{FOLDER, Fault, STRICT, Site};
pub use surroundings::Surroundings;
