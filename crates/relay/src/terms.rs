//! The flags that say who may ask for what, and how much of it.

use crate::batch::Store;
use crate::client::Clients;
use crate::desk::Terms;
use crate::journal::{self, Budget, Credits, Keep, Sqlite};
use crate::limit::Limits;
use crate::origin::Origin;
use crate::rules::{BadRule, Rules, Urls};
use crate::secret::{self, BadSecret, Signing};
use crate::token::Tokens;
use axum::http::HeaderValue;
use ipnet::IpNet;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The variable that holds the secret of tokens; `…_FILE` names a file with it.
pub const TOKEN_VARIABLE: &str = "BACKDROP_TOKEN_SECRET";

/// Who may ask for what, and how much of it.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)]
pub struct Flags {
    /// An origin whose pages may ask, such as https://shop.example; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Vec<Origin>,

    /// A host name that the relay answers to, beside this machine's own; may be repeated
    #[arg(long, value_name = "HOST")]
    pub name: Vec<String>,

    /// A file with the secret that signs a site's tokens; with it each request needs one
    #[arg(long, value_name = "FILE")]
    pub token_secret_file: Option<PathBuf>,

    /// The audience (`aud`) that a token must name
    #[arg(long, value_name = "NAME")]
    pub token_audience: Option<String>,

    /// How far ahead a token may end at most
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = humantime::parse_duration)]
    pub token_lifetime: Duration,

    /// A proxy, or a network of them, whose X-Forwarded-For is believed; may be repeated
    #[arg(long, value_name = "ADDRESS[/BITS]", value_parser = net)]
    pub trusted_proxy: Vec<IpNet>,

    /// Requests a minute from one client
    #[arg(long, value_name = "COUNT")]
    pub client_per_minute: Option<NonZeroU32>,

    /// Requests a minute from all clients together
    #[arg(long, value_name = "COUNT")]
    pub all_per_minute: Option<NonZeroU32>,

    /// Requests that may run at once
    #[arg(long, value_name = "COUNT", default_value_t = 256,
          value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub at_once: u32,

    /// The largest request
    #[arg(long, value_name = "SIZE", default_value = "40MiB", value_parser = size)]
    pub largest: u64,

    /// Calls of the provider a day (UTC)
    #[arg(long, value_name = "COUNT")]
    pub calls_per_day: Option<u32>,

    /// Credits that may be spent a day (UTC), by what the provider says in x-cost
    #[arg(long, value_name = "CREDITS", value_parser = credits)]
    pub credits_per_day: Option<Credits>,

    /// A parameter's value in place of the client's; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,

    /// A parameter that clients may not send; may be repeated
    #[arg(long, value_name = "NAME")]
    pub forbid: Vec<String>,

    /// A frame for each prompt, such as "{prompt}, in studio light"; without {prompt} it is the prompt
    #[arg(long, value_name = "TEXT")]
    pub prompt_template: Option<String>,

    /// What becomes of pictures given by address
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = Urls::Any)]
    pub urls: Urls,

    /// The file of what was sent and answered, so that nothing is paid for twice; `:memory:` keeps
    /// it only as long as the relay runs [default: journal.sqlite in the state folder]
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,

    /// Where several relays and workers keep what was sent, answered and spent: redis://HOST, or
    /// sqlite:FILE for those of one machine; in place of --journal
    #[arg(long, value_name = "ADDRESS", conflicts_with = "journal")]
    pub state: Option<String>,

    /// How many photos of batches this process works on at once; 0 leaves them to `work`
    #[arg(long, value_name = "COUNT", default_value_t = 4,
          value_parser = clap::value_parser!(u16).range(..=1024))]
    pub batch_at_once: u16,

    /// How long answers are kept
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = keep_for)]
    pub keep_answers: Duration,

    /// How much of the answers is kept; pictures of batches take at most three quarters of it
    #[arg(long, value_name = "SIZE", default_value = "2GiB", value_parser = size)]
    pub keep_bytes: u64,
}

/// Why the terms cannot hold.
#[derive(Debug, thiserror::Error)]
pub enum BadTerms {
    #[error(transparent)]
    Rule(#[from] BadRule),
    #[error(transparent)]
    Secret(#[from] BadSecret),
    #[error("--origin {0}: cannot be a header's value")]
    Origin(String),
    #[error("the journal {} cannot be used: {why}; name another with --journal", path.display())]
    Journal { path: PathBuf, why: journal::NotOpened },
    #[error("no journal: {0}")]
    Memory(journal::NotOpened),
    #[error("--state: {0}")]
    State(String),
}

/// An engine's answers cost nothing, and are kept in memory up to this size.
const IN_MEMORY: u64 = 64 << 20;

/// Where calls are written down.
pub struct Kept {
    pub store: Arc<dyn Store>,
    /// Whether it outlives the process.
    pub lasting: bool,
}

impl Flags {
    /// What decides over requests. `costs` says whether answers cost something: a budget has a
    /// meaning only then.
    ///
    /// # Errors
    /// [`BadTerms`].
    pub fn terms(&self, costs: bool, patience: Duration) -> Result<Terms, BadTerms> {
        let secret = secret::find(self.token_secret_file.as_deref(), TOKEN_VARIABLE)?;
        let tokens = match secret {
            Some(found) => {
                let audience = self.token_audience.as_deref();
                Some(Tokens::new(Signing::new(&found)?, audience, self.token_lifetime))
            }
            None => None,
        };
        let origins = self.origin.iter().map(|origin| {
            let origin = origin.to_string();
            HeaderValue::from_str(&origin).map_err(|_| BadTerms::Origin(origin))
        });
        let template = self.prompt_template.as_deref();
        let rules = Rules::new(&self.set, &self.forbid, template, self.urls)?;
        let budget = Budget { calls: self.calls_per_day, credits: self.credits_per_day };
        let at_once = usize::try_from(self.at_once).unwrap_or(usize::MAX);
        Ok(Terms {
            origins: origins.collect::<Result<_, _>>()?,
            clients: Clients { tokens, proxies: self.trusted_proxy.clone() },
            limits: Limits::new(self.client_per_minute, self.all_per_minute, at_once),
            // The engine reads all of a request anyway, before it does anything.
            rules: (costs || rules.ask_for_more()).then_some(rules),
            budget: if costs { budget } else { Budget::default() },
            most: self.largest,
            patience,
            room: self.keep(costs).of_batches(),
        })
    }

    /// Where calls are written down: where it was said, else at the journal's usual place, if they
    /// cost something. Without one there, as when another relay uses it, it is in memory and ends
    /// with the relay.
    ///
    /// # Errors
    /// When the named one cannot be used.
    pub fn store(&self, costs: bool) -> Result<Kept, BadTerms> {
        if let Some(address) = &self.state {
            return self.state(address).map(|store| Kept { store, lasting: true });
        }
        let lasting = |store: Sqlite| Kept { store: Arc::new(store), lasting: true };
        if !costs {
            return Self::in_memory();
        }
        if let Some(path) = &self.journal {
            if path.as_os_str() == ":memory:" {
                return Self::in_memory();
            }
            let not = |why| BadTerms::Journal { path: path.clone(), why };
            return Sqlite::open(path).map(lasting).map_err(not);
        }
        let opened = match journal::place::default() {
            Some(path) => Sqlite::open(&path).map_err(|why| format!("{}: {why}", path.display())),
            None => Err("there is no home folder".to_owned()),
        };
        opened.map(lasting).or_else(|why| {
            tracing::warn!(
                "the journal is in memory and ends with this relay, answers that were paid for \
                 with it; name a file with --journal ({why})"
            );
            Self::in_memory()
        })
    }

    fn state(&self, address: &str) -> Result<Arc<dyn Store>, BadTerms> {
        if let Some(file) = address.strip_prefix("sqlite:") {
            let path = PathBuf::from(file);
            let shared = Sqlite::share(&path);
            return match shared {
                Ok(store) => Ok(Arc::new(store)),
                Err(why) => Err(BadTerms::Journal { path, why }),
            };
        }
        #[cfg(feature = "redis")]
        {
            // Its address may hold a password, so it is in no error.
            let store = journal::Redis::new(address, self.keep_answers);
            store
                .map(|store| Arc::new(store) as Arc<dyn Store>)
                .map_err(|error| BadTerms::State(error.to_string()))
        }
        #[cfg(not(feature = "redis"))]
        Err(BadTerms::State(
            "takes sqlite:FILE; for redis://HOST build the relay with --features redis".to_owned(),
        ))
    }

    /// A journal that ends with the relay.
    ///
    /// # Errors
    /// When there is no memory.
    fn in_memory() -> Result<Kept, BadTerms> {
        let store = Sqlite::in_memory().map_err(BadTerms::Memory)?;
        Ok(Kept { store: Arc::new(store), lasting: false })
    }

    /// How long answers are kept, and how much of them.
    #[must_use]
    pub fn keep(&self, costs: bool) -> Keep {
        let bytes = if costs || self.state.is_some() {
            self.keep_bytes
        } else {
            self.keep_bytes.min(IN_MEMORY)
        };
        Keep { age: self.keep_answers, bytes }
    }
}

fn net(text: &str) -> Result<IpNet, String> {
    let one = |_| text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(one).map_err(|_| "give an address or a network".to_owned())
}

/// Bytes from text such as `40MiB` or `2 GB`.
fn size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err("give a size such as 40MiB or 2GB".to_owned()),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    bytes.ok_or_else(|| "give a size such as 40MiB or 2GB".to_owned())
}

fn credits(text: &str) -> Result<Credits, String> {
    journal::credits(text).ok_or_else(|| "give a number of credits, such as 10 or 2.5".to_owned())
}

/// Longer than any call may run: one that runs is not forgotten.
fn keep_for(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    let least = Duration::from_secs(2 * 60 * 60);
    if time < least { Err("at least 2h".to_owned()) } else { Ok(time) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [("40MiB", 40 << 20), ("2 GB", 2_000_000_000), ("1kb", 1000)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "40", "MB", "-1MB", "1.5GB", "99999999999999999999GB", "99999999999GiB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn proxies() {
        assert_eq!(net("10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert_eq!(net("fd00::/8").unwrap().to_string(), "fd00::/8");
        assert!(net("proxy.example").is_err());
    }
}
