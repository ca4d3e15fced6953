//! Takes connections and serves HTTP/1.1 over them, each within its limits.

use crate::connection::Watched;
use crate::metrics::Metrics;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

/// How many connections may be open; more wait until one ends. Each takes up to half a megabyte.
pub const CONNECTIONS: usize = 1000;

/// How long a connection may lie idle. Longer than what proxies keep theirs (60 s with nginx), so
/// that none is closed under a request on its way.
pub const IDLE: Duration = Duration::from_secs(75);

/// Serves until `stop` comes, and then until the requests in flight are answered.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    metrics: Metrics,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(IDLE);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let (stream, address) = tokio::select! {
            connection = accept(&listener) => connection,
            () = &mut stop => break,
        };
        // Small replies at once; without it they still arrive, only later.
        let _ = stream.set_nodelay(true);
        let open = metrics.connected();
        let service = router.clone().map_request(move |mut request: Request<_>| {
            request.extensions_mut().insert(ConnectInfo(address));
            request
        });
        let watched = TokioIo::new(Watched::new(stream, metrics.clone()));
        let connection = http.serve_connection(watched, TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!("a connection ended: {error}");
            }
            drop((open, place));
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection. What fails is the client's end of it, or files that have run out, which
/// takes a while to pass.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(connection) => return connection,
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!("no connection can be taken: {error}");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
