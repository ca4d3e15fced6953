//! What one press of the button asks of the endpoint, and how far that has come.

use super::connection::{Connection, page_origin};
use super::http::{Abort, Arrived, device, exchange, reached};
use super::read::{Answer, read};
use backdrop_contract::{Failure, FailureKind};
use js_sys::{Array, Error};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::Url;

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Reading,
    /// So many bytes are on their way, and then the endpoint is at work: a page cannot tell when.
    Sending {
        bytes: u32,
    },
    /// The body is on its way, or the endpoint is at work: a page cannot tell which.
    Waiting,
    /// It will be made after others.
    Queued,
    /// In bytes; of 0 where the whole is not known.
    Receiving {
        received: u32,
        total: u32,
    },
    /// As it is received: the engine, before this device can answer for the first time.
    Fetching {
        received: u32,
        total: u32,
    },
    /// The connection was lost: what came of the request is being asked.
    Asking,
    /// The page was left meanwhile: the picture is being asked for.
    Resuming,
}

/// One or more requests that belong together: they go to one endpoint and end together.
pub struct Call {
    pub connection: Connection,
    pub abort: Abort,
    pub phase: Rc<dyn Fn(Phase)>,
    /// Hears where a job can be asked about, so that it can be collected later.
    pub on_job: Box<dyn Fn(&str)>,
    /// What this device makes of the cut-out; undefined where nobody corrected it.
    pub mask: JsValue,
}

impl Call {
    /// Gets something from the endpoint's own host, with the key, or from another, without.
    pub(super) async fn get(&self, url: &Url) -> Result<Answer, Failure> {
        let own = self.connection.url().is_some_and(|endpoint| endpoint.origin() == url.origin());
        self.exchange(url, own, Array::new(), &JsValue::UNDEFINED).await
    }

    /// Sends a request and reads what comes back.
    ///
    /// # Errors
    /// A [`Failure`] for every reply without a picture and for every broken line.
    pub(super) async fn exchange(
        &self,
        url: &Url,
        own: bool,
        headers: Array,
        body: &JsValue,
    ) -> Result<Answer, Failure> {
        if let Some((name, key)) = self.connection.key_header().filter(|_| own) {
            headers.push(&header(name, &key));
        }
        let was_online = is_online();
        let phase = self.phase.clone();
        let here = self.connection.is_device();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let tell = move |received: f64, total: f64| {
            let (received, total) = (received as u32, total as u32);
            phase(match here {
                false => Phase::Receiving { received, total },
                true if received < total => Phase::Fetching { received, total },
                true => Phase::Waiting,
            });
        };
        let tell = Closure::<dyn Fn(f64, f64)>::new(tell);
        let (href, told) = (url.href(), tell.as_ref());
        let arrived = match here {
            true => device(body, &self.abort, told, &self.mask).await,
            false => exchange(&href, own, &headers, body, &self.abort, told).await,
        };
        let answer = match arrived {
            Ok(arrived) => read(&arrived.unchecked_into::<Arrived>(), &self.abort).await,
            Err(why) if here => {
                let text = why.dyn_ref::<Error>().map(|error| error.message().into());
                Err(Failure { text, ..Failure::of_kind(FailureKind::Device) })
            }
            Err(_) if self.abort.why().is_some() => Err(Failure::of_kind(FailureKind::Lost)),
            Err(_) if !own => Err(Failure::of_kind(FailureKind::Network)),
            Err(_) => Err(Failure::of_kind(why(url, was_online).await)),
        };
        // Ended in the middle, it fails in many ways.
        answer.map_err(|failure| self.abort.why().map_or(failure, Failure::of_kind))
    }
}

/// A header as the browser takes it.
pub(super) fn header(name: &str, value: &str) -> JsValue {
    Array::of2(&name.into(), &value.into()).into()
}

/// Whether the browser believes to have a network.
fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Why a request brought no reply, as far as a browser tells: to a page, a refused connection, a
/// wrong name, TLS, CORS and a broken line are all one "network error". So the server's host is
/// asked for anything at all: whoever answers that is there.
async fn why(url: &Url, was_online: bool) -> FailureKind {
    match () {
        () if !is_online() => match was_online {
            true => FailureKind::Lost,
            false => FailureKind::Offline,
        },
        () if reached(&url.href()).await.is_falsy() => FailureKind::Network,
        // The page's own server hides nothing from it.
        () if page_origin() == Some(url.origin()) => FailureKind::Lost,
        () => FailureKind::Blocked,
    }
}
