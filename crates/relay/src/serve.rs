//! Listens, answers, and stops cleanly.

use crate::answer::Answering;
use crate::app::{Answers, metrics_router, router};
use crate::batch::Store;
use crate::batch::work::Worker;
use crate::config::{Config, KEY_VARIABLE, Role};
use crate::desk::Desk;
use crate::finer::Finer;
use crate::forward::Forwarding;
use crate::guard::Names;
use crate::headers;
use crate::journal::{BEAT, Journal};
use crate::listen;
use crate::metrics::Metrics;
use crate::network;
use crate::once::Once;
use crate::ready::Readiness;
use crate::secret::BadSecret;
use crate::terms::{BadTerms, Kept};
use crate::trace::BadCollector;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

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
    Engine(#[from] network::NoEngine),
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
    if config.role == Some(Role::Work) {
        return work(config, stop).await;
    }
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
    if config.key.is_some() {
        drain += config.answer_within;
    }
    let Ready { desk, once, batches } = ready(&config, &metrics, &readiness)?;
    if config.key.is_some() && !address.ip().is_loopback() && desk.terms().clients.tokens.is_none()
    {
        tracing::warn!("whoever reaches {address} can spend the key");
    }
    let at_once = usize::from(config.terms.batch_at_once);
    let (end_work, work_ends) = watch::channel(false);
    let worker = batches
        .filter(|_| at_once > 0)
        .map(|store| tokio::spawn(Worker::new(desk.clone(), store, at_once).run(work_ends)));
    let names = (address.ip().is_loopback() || !config.terms.name.is_empty())
        .then(|| Names(config.terms.name.into()));
    let policy = headers::policy(&config.upstream, &config.pictures_from)?;
    let weights = network::full(config.weights.as_deref());
    let site = (&config.site, Finer::new(weights));
    let router = router(desk.clone(), policy, site, &metrics, &readiness, names);
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
        let _ = end_work.send(true);
        let most = drain.as_secs();
        tracing::info!("stopping once the requests in flight are answered, in at most {most} s");
        let _ = told.send(stop);
        tokio::time::sleep(config.lame_duck).await;
    });
    tokio::select! {
        () = async {
            server.await;
            if let Some(worker) = worker {
                let _ = worker.await;
            }
            // A picture that is paid for is awaited, also without its client.
            once.idle().await;
        } => {}
        () = at_the_latest(stopping, drain) => {}
    }
    Ok(())
}

/// Only works batches off.
async fn work(config: Config, stop: Stop) -> Result<(), StartError> {
    if config.terms.state.is_none() {
        return Err(BadTerms::State("`work` needs it, to share a queue with relays".into()).into());
    }
    let (metrics, readiness) = (Metrics::default(), Readiness::default());
    let Ready { desk, once, batches } = ready(&config, &metrics, &readiness)?;
    if let Some(address) = config.metrics {
        let listener = listen(address).await?;
        let address = listener.local_addr().map_err(StartError::Served)?;
        tracing::info!("metrics at http://{address}/metrics");
        let names = address.ip().is_loopback().then(|| Names([].into()));
        let router = metrics_router(desk.clone(), &metrics, &readiness, names);
        tokio::spawn(listen::serve(listener, router, metrics.clone(), std::future::pending()));
    }
    let at_once = usize::from(config.terms.batch_at_once).max(1);
    let Some(store) = batches else { return Ok(()) };
    let (end_work, work_ends) = watch::channel(false);
    let worker = tokio::spawn(Worker::new(desk, store, at_once).run(work_ends));
    tracing::info!("working on {at_once} at once");
    let (told, stopping) = oneshot::channel();
    let drain = DRAIN + config.answer_within;
    tokio::spawn(async move {
        let mut stop = stop;
        stop.wait().await;
        readiness.stop();
        tracing::info!("stopping once what runs is done, in at most {} s", drain.as_secs());
        let _ = end_work.send(true);
        let _ = told.send(stop);
    });
    tokio::select! {
        () = async {
            let _ = worker.await;
            once.idle().await;
        } => {}
        () = at_the_latest(stopping, drain) => {}
    }
    Ok(())
}

/// What answers, whether requests come by a listener or from a queue.
struct Ready {
    desk: Desk,
    once: Arc<Once>,
    /// The queue of batches, where they are offered.
    batches: Option<Arc<dyn Store>>,
}

fn ready(config: &Config, metrics: &Metrics, readiness: &Readiness) -> Result<Ready, StartError> {
    let costs = config.key.is_some();
    let terms = config.terms.terms(costs, config.answer_within)?;
    let Kept { store, lasting } = config.terms.store(costs)?;
    let answers = match config.key.clone() {
        Some(key) => {
            if config.upstream.is_plain_beyond_this_machine() {
                tracing::warn!("the key goes to {} unprotected; use https", config.upstream);
            }
            tracing::info!("answers come from {}", config.upstream);
            let within = config.answer_within;
            let provider = Forwarding::new(config.upstream.clone(), key, within, metrics.clone());
            Answers::Provider(Box::new(provider))
        }
        None => {
            tracing::info!("answers are made on this machine, as {KEY_VARIABLE} is not set");
            let engine = network::engine(config.engine, config.weights.as_deref())?;
            Answers::Engine(Answering::new(engine, metrics.clone()))
        }
    };
    let journal: Arc<dyn Journal> = Arc::clone(&store) as _;
    if journal.is_shared() {
        tokio::spawn(beat(Arc::clone(&journal)));
    }
    let once = Arc::new(Once::new(journal, costs));
    once.prune(config.terms.keep(costs));
    // One that ends with this process would lose what was handed over to be collected later.
    let batches = lasting.then_some(store);
    let desk = Desk::new(answers, Arc::clone(&once), terms, batches.clone(), readiness.clone());
    Ok(Ready { desk, once, batches })
}

/// Tells the others that this process lives.
async fn beat(journal: Arc<dyn Journal>) {
    let mut told = false;
    loop {
        let beaten = journal.beat().await;
        if let Err(broken) = &beaten
            && !told
        {
            tracing::error!("{broken}; requests that need it are refused until it is back");
        } else if beaten.is_ok() && told {
            tracing::info!("the store is back");
        }
        told = beaten.is_err();
        tokio::time::sleep(BEAT).await;
    }
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
