//! Who answers behind the site's endpoint: its relay says so under `/healthz`.

use super::connection::{Connection, is_loopback};
use super::http::{get_json, vacant};
use super::json::json;
use backdrop_contract::{Json, PATH};

/// Who makes the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// The browser itself, or a relay on the machine that it runs on.
    ThisMachine,
    /// The relay itself, somewhere else.
    Relay,
    /// A provider behind the relay, by its address.
    Provider(String),
    /// Nobody said.
    Unknown,
}

impl Answers {
    /// Whether our own engine answers: it paints looks, and it can leave the background out.
    pub fn is_engine(&self) -> bool {
        matches!(self, Self::ThisMachine | Self::Relay)
    }
}

/// Asks the relay beside the endpoint; [`Answers::Unknown`] where there is none to ask.
pub async fn ask(connection: &Connection) -> Answers {
    if connection.is_device() {
        return Answers::ThisMachine;
    }
    answers(connection).await.unwrap_or(Answers::Unknown)
}

/// Whether nothing at all answers there.
pub async fn is_vacant(connection: &Connection) -> bool {
    match connection.url() {
        Some(url) => vacant(&url.href()).await.is_truthy(),
        None => true,
    }
}

/// Whether the relay there takes many photos over at once, and so keeps what was sent beyond its own
/// end.
pub async fn offers_batches(connection: &Connection) -> bool {
    let health = health(connection).await;
    health.is_some_and(|(json, _)| json.get("batches") == Some(&Json::Switch(true)))
}

async fn answers(connection: &Connection) -> Option<Answers> {
    let (json, here) = health(connection).await?;
    Some(match json.get("answers")?.text()? {
        "engine" if here => Answers::ThisMachine,
        "engine" => Answers::Relay,
        "provider" => Answers::Provider(json.get("upstream")?.text()?.to_owned()),
        _ => return None,
    })
}

/// What a relay says of itself, and whether it is on this machine.
async fn health(connection: &Connection) -> Option<(Json, bool)> {
    // Only a relay has a health page beside the endpoint; nobody else is asked.
    let url = connection.url().filter(|_| connection.host().is_none())?;
    let path = url.pathname();
    let start = path.strip_suffix(PATH)?;
    url.set_pathname(&format!("{start}/healthz"));
    let json = json(&get_json(&url.href()).await.ok()?, &mut Vec::new());
    Some((json, is_loopback(&url.hostname())))
}
