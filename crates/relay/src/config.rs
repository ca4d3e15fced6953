//! What the relay is told when it starts: flags, and the key in the environment.

use crate::log;
use crate::network::Network;
use crate::origin::Origin;
use crate::secret::{self, BadSecret, Key};
use crate::site::Site;
use crate::terms;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The variable that holds the provider's key; `…_FILE` names a file with it. The key itself is no
/// flag: other users of a machine can read the flags of a running program.
pub const KEY_VARIABLE: &str = "SEGMIND_API_KEY";

/// The variable that names the state in place of `--state`; `…_FILE` names a file with it, as it may
/// hold a password.
pub const STATE_VARIABLE: &str = "BACKDROP_STATE";

/// Serves Backdrop's page and answers its endpoint.
///
/// With SEGMIND_API_KEY in the environment requests are forwarded to the provider; without it they
/// are answered on this machine. RUST_LOG sets how much is logged, for example RUST_LOG=debug.
#[derive(Clone, Debug, clap::Parser)]
// Whoever starts it with flags of their own may add a person's: the last one holds.
#[command(name = "backdrop-relay", version, args_override_self = true)]
pub struct Flags {
    /// Only works batches off, beside relays with the same --state, and listens nowhere but at
    /// --metrics
    #[arg(value_enum, hide_possible_values = true)]
    pub role: Option<Role>,

    /// Address and port to listen on; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The provider's origin, used when there is a key
    #[arg(long, value_name = "ORIGIN", default_value = backdrop_contract::PROVIDER)]
    pub upstream: Origin,

    /// Folder of the built page; without it the page inside this program, if it was built with
    /// one, else dist
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,

    /// An origin where the provider's pictures lie, if it answers with their addresses, so that the
    /// page may read them; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub pictures_from: Vec<Origin>,

    /// Which network finds the subject, where there is no key
    #[arg(long, value_name = "WHICH", value_enum, default_value = "lite")]
    pub engine: Network,

    /// The full network's weights, for --engine hd and for pages whose device cuts out [default: u2net.bin
    /// in the state folder]
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,

    /// How long the provider may take to answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120,
          value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub answer_within: u64,

    /// A file with the provider's key, in place of the environment's
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,

    /// Address and port where Prometheus may read /metrics; nowhere without it
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub metrics: Option<SocketAddr>,

    /// How the log's lines look
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log: log::Format,

    /// How long /readyz says no before connections are refused, once it is told to stop, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0,
          value_parser = clap::value_parser!(u64).range(..=600))]
    pub lame_duck: u64,

    /// Only ask the relay that runs at --listen whether it is ready, for a container's health check
    #[arg(long)]
    pub check: bool,

    #[command(flatten)]
    pub terms: terms::Flags,
}

/// What the program does instead of serving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Works batches off
    Work,
}

/// The flags, and what the environment adds.
#[derive(Clone, Debug)]
pub struct Config {
    pub role: Option<Role>,
    pub listen: SocketAddr,
    pub upstream: Origin,
    pub pictures_from: Vec<Origin>,
    pub site: Site,
    pub engine: Network,
    pub weights: Option<PathBuf>,
    pub answer_within: Duration,
    pub metrics: Option<SocketAddr>,
    pub lame_duck: Duration,
    /// With a key the relay forwards; without one it answers by itself.
    pub key: Option<Key>,
    /// Who may ask for what.
    pub terms: terms::Flags,
}

impl Config {
    /// Reads the environment beside the flags.
    ///
    /// # Errors
    /// [`BadSecret`] when the key cannot be read, or sent in a header.
    pub fn new(flags: Flags) -> Result<Self, BadSecret> {
        let key = secret::find(flags.key_file.as_deref(), KEY_VARIABLE)?;
        let mut terms = flags.terms;
        if terms.state.is_none() && terms.journal.is_none() {
            terms.state = secret::find(None, STATE_VARIABLE)?.map(|found| found.address());
        }
        Ok(Self {
            role: flags.role,
            listen: flags.listen,
            upstream: flags.upstream,
            pictures_from: flags.pictures_from,
            site: Site::new(flags.site),
            engine: flags.engine,
            weights: flags.weights,
            answer_within: Duration::from_secs(flags.answer_within),
            metrics: flags.metrics,
            lame_duck: Duration::from_secs(flags.lame_duck),
            key: key.as_ref().map(Key::new).transpose()?,
            terms,
        })
    }
}
