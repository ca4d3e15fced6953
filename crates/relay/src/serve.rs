//! Listens, answers, and stops cleanly.

use crate::answer::Answering;
use crate::app::{Answers, metrics_router, router};
use crate::config::{Config, KEY_VARIABLE};
use crate::desk::Desk;
use crate::forward::Forwarding;
use crate::guard::Names;
use crate::headers;
use crate::listen;
use crate::metrics::Metrics;
use crate::once::Once;
use crate::ready::Readiness;
use crate::secret::BadSecret;
use crate::terms::{self, BadTerms};
use crate::trace::BadCollector;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long requests in flight may take once the relay was told to stop, beside the time that the
/// provider may take to answer: a picture that is paid for is worth the wait.
pub const DRAIN: Duration = Duration::from_secs(30);

/// Why the relay does not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Secret(#[from] BadSecret),
    #[error(transparent)]
    Terms(#[from] BadTerms),
    #[error(
        "{address} is taken by another program; choose another port: --listen {}",
        beside(*address)
    )]
    Taken { address: SocketAddr },
    #[error("cannot listen on {address}: {why}")]
    Listen { address: SocketAddr, why: io::Error },
    #[error(transparent)]
    Collector(#[from] BadCollector),
    #[error("the engine does not start: {0}")]
    Engine(#[from] backdrop_engine::Refusal),
    #[error("the page's security policy cannot be written: {0}")]
    Policy(#[from] axum::http::header::InvalidHeaderValue),
    #[error("the system gives no threads: {0}")]
    Runtime(io::Error),
    #[error("the system sends no signals: {0}")]
    Signals(io::Error),
    #[error("the server broke off: {0}")]
    Served(io::Error),
}

/// Runs until the process is told to stop (SIGTERM or Ctrl-C) and the requests in flight are
/// answered.
///
/// # Errors
/// A [`StartError`] when it cannot start.
pub async fn run(config: Config) -> Result<(), StartError> {
    // Before the first line of the log: whoever reads it may stop us.
    let mut stop = Stop::new().map_err(StartError::Signals)?;
    let listener = listen(config.listen).await?;
    let address = listener.local_addr().map_err(StartError::Served)?;
    let numbers = match config.metrics {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    if let Some(folder) = config.site.missing().await {
        tracing::warn!(
            "there is no page in {}: build it with `cargo xtask serve`, or name its folder with --site",
            folder.display()
        );
    }
    let (metrics, readiness) = (Metrics::default(), Readiness::default());
    let mut drain = DRAIN + config.lame_duck;
    let costs = config.key.is_some();
    let terms = config.terms.terms(costs, config.answer_within)?;
    let journal = if costs { config.terms.journal()? } else { terms::Flags::in_memory()? };
    let answers = match config.key {
        Some(key) => {
            drain += config.answer_within;
            if config.upstream.is_plain_beyond_this_machine() {
                tracing::warn!("the key goes to {} unprotected; use https", config.upstream);
            }
            if !address.ip().is_loopback() && terms.clients.tokens.is_none() {
                tracing::warn!("whoever reaches {address} can spend the key");
            }
            tracing::info!("answers come from {}", config.upstream);
            let within = config.answer_within;
            let provider = Forwarding::new(config.upstream.clone(), key, within, metrics.clone());
            Answers::Provider(Box::new(provider))
        }
        None => {
            tracing::info!("answers are made on this machine, as {KEY_VARIABLE} is not set");
            Answers::Engine(Answering::new(backdrop_engine::Engine::new()?, metrics.clone()))
        }
    };
    let once = Arc::new(Once::new(Arc::new(journal), costs));
    once.prune(config.terms.keep(costs));
    let names = (address.ip().is_loopback() || !config.terms.name.is_empty())
        .then(|| Names(config.terms.name.into()));
    let desk = Desk::new(answers, Arc::clone(&once), terms);
    let policy = headers::policy(&config.upstream, &config.pictures_from)?;
    let router = router(desk.clone(), policy, &config.site, &metrics, &readiness, names);
    if let Some(listener) = numbers {
        let address = listener.local_addr().map_err(StartError::Served)?;
        tracing::info!("metrics at http://{address}/metrics");
        let names = address.ip().is_loopback().then(|| Names([].into()));
        let router = metrics_router(desk, &metrics, &readiness, names);
        // Until the process ends: the last requests count, too.
        tokio::spawn(listen::serve(listener, router, metrics.clone(), std::future::pending()));
    }
    tracing::info!("listening on http://{address}");
    let (told, stopping) = oneshot::channel();
    let server = listen::serve(listener, router, metrics, async move {
        stop.wait().await;
        readiness.stop();
        let most = drain.as_secs();
        tracing::info!("stopping once the requests in flight are answered, in at most {most} s");
        let _ = told.send(stop);
        tokio::time::sleep(config.lame_duck).await;
    });
    tokio::select! {
        () = async {
            server.await;
            // A picture that is paid for is awaited, also without its client.
            once.idle().await;
        } => {}
        () = at_the_latest(stopping, drain) => {}
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|why| match why.kind() {
        io::ErrorKind::AddrInUse => StartError::Taken { address },
        _ => StartError::Listen { address, why },
    })
}

/// The same address, the next port.
fn beside(mut address: SocketAddr) -> SocketAddr {
    address.set_port(address.port().checked_add(1).unwrap_or(8080));
    address
}

/// The end that does not wait for requests: so long after the first signal, or at the second.
async fn at_the_latest(stopping: oneshot::Receiver<Stop>, drain: Duration) {
    let Ok(mut stop) = stopping.await else {
        // The server ended without being told to; its own end counts.
        return std::future::pending().await;
    };
    tokio::select! {
        () = tokio::time::sleep(drain) => {
            tracing::warn!("requests were still in flight after {} s", drain.as_secs());
        }
        () = stop.wait() => tracing::warn!("stopped at once, with requests in flight"),
    }
}

/// What tells the process to stop.
struct Stop {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Stop {
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn wait(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without signals only the process's end stops it.
            std::future::pending::<()>().await;
        }
    }
}
