//! The connection to the provider, and watching what goes over it.

use axum::body::{Body, Bytes};
use axum::http::Uri;
use http_body::{Body as _, Frame, SizeHint};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tower::timeout::Timeout;
use tower::util::{BoxCloneSyncService, ServiceExt as _};

/// How long the name, the connection and TLS may take together.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(10);

type BoxError = Box<dyn Error + Send + Sync>;
type Stream = TokioIo<Wire<TokioIo<MaybeHttpsStream<TokioIo<TcpStream>>>>>;

/// A client that follows no redirects, unpacks nothing and keeps connections.
pub type Connections = Client<BoxCloneSyncService<Uri, Stream, BoxError>, Upload>;

/// A client that trusts the certificate authorities of Mozilla's list.
#[must_use]
pub fn connections() -> Connections {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let tls: HttpsConnector<HttpConnector> = HttpsConnectorBuilder::new()
        .with_webpki_roots()
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    Client::builder(TokioExecutor::new())
        // Load balancers close after a minute, often. A small request written into a connection
        // that is just being closed would end as "may have been billed".
        .pool_idle_timeout(Duration::from_secs(15))
        .pool_timer(TokioTimer::new())
        .build(BoxCloneSyncService::new(
            Timeout::new(tls, CONNECT_WITHIN)
                .map_response(|stream| TokioIo::new(Wire(TokioIo::new(stream)))),
        ))
}

/// A connection on which only reading fails.
///
/// A provider may answer before it has read the whole photo, and close. hyper gives up at the
/// first write that fails then, with the answer unread. So that write waits, and what is read
/// next decides: the answer, or the end.
pub struct Wire<S>(S);

impl<S> Wire<S> {
    fn or_wait<T>(written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match written {
            Poll::Ready(Err(_)) => Poll::Pending,
            other => other,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Self::or_wait(Pin::new(&mut self.0).poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Self::or_wait(Pin::new(&mut self.0).poll_write_vectored(context, pieces))
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Self::or_wait(Pin::new(&mut self.0).poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl<S: Connection> Connection for Wire<S> {
    fn connected(&self) -> Connected {
        self.0.connected()
    }
}

/// How far a request's body has come.
#[derive(Clone, Debug)]
pub struct Progress(Arc<Mutex<State>>);

#[derive(Clone, Copy, Debug)]
struct State {
    moved: Instant,
    done: bool,
    broken: bool,
}

impl Progress {
    fn start(done: bool) -> Self {
        Self(Arc::new(Mutex::new(State { moved: Instant::now(), done, broken: false })))
    }

    fn moved(&self, done: bool, broken: bool) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = State {
            moved: Instant::now(),
            done: state.done || done,
            broken: state.broken || broken,
        };
    }

    fn state(&self) -> State {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it was the client's end that broke.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.state().broken
    }

    /// Whether all of it was handed over, so that the provider may be at work, and bill it.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state().done
    }

    /// Comes back once nothing has moved for this long. A slow upload is not a slow answer.
    pub async fn stalled(&self, patience: Duration) {
        loop {
            let until = self.state().moved + patience;
            if until <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(until).await;
        }
    }
}

/// A request's body on its way, unchanged.
pub struct Upload {
    body: Body,
    progress: Progress,
}

impl Upload {
    /// The body, and the other end of its progress.
    #[must_use]
    pub fn new(body: Body) -> (Self, Progress) {
        let progress = Progress::start(body.is_end_stream());
        let watched = progress.clone();
        (Self { body, progress }, watched)
    }
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.body).poll_frame(context);
        if let Poll::Ready(frame) = &polled {
            let broken = matches!(frame, Some(Err(_)));
            let done = frame.is_none() || this.body.is_end_stream();
            this.progress.moved(done && !broken, broken);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    // The length, where it is known, is sent as it came.
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A reply's body that breaks off when its next piece takes too long.
pub struct Download<F> {
    body: Body,
    patience: Duration,
    /// Told of such an end, and of any other before the last piece.
    cut: F,
    /// Runs only while a piece is awaited: a slow reader is no slow provider.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<F> Download<F> {
    /// The body with a limit for each wait.
    pub fn new(body: Body, patience: Duration, cut: F) -> Self {
        Self { body, patience, cut, waiting: None }
    }
}

impl<F: Fn() + Unpin> http_body::Body for Download<F> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.waiting = None;
            if let Some(Err(_)) = frame {
                (this.cut)();
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let patience = this.patience;
        let waiting = this.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        std::task::ready!(waiting.as_mut().poll(context));
        (this.cut)();
        Poll::Ready(Some(Err("the provider stopped in the middle of its reply".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
