//! A small provider on this machine, which remembers what it was sent.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use http_body_util::{BodyExt as _, Collected};
use std::sync::{Arc, Mutex};

/// What came in.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: Method,
    pub uri: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A provider that runs as long as the test.
pub struct Provider {
    pub origin: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Provider {
    /// Answers every request with the same reply.
    pub async fn saying(
        status: StatusCode,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Self {
        let headers: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let body = body.into();
        Self::answering(move || {
            let mut reply = Response::builder().status(status);
            for (name, value) in &headers {
                reply = reply.header(name, value);
            }
            let reply = reply.body(Body::from(body.clone())).unwrap();
            async { reply }
        })
        .await
    }

    /// Answers with what a function makes, once the request is read.
    pub async fn answering<F, R>(answer: F) -> Self
    where
        F: Fn() -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Response<Body>> + Send + 'static,
    {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let router = Router::new()
            .fallback(
                move |State(seen): State<Arc<Mutex<Vec<Seen>>>>, request: Request| async move {
                    let (parts, body) = request.into_parts();
                    // Half a request is none.
                    let Ok(body) = body.collect().await.map(Collected::to_bytes) else {
                        return Response::new(Body::empty());
                    };
                    seen.lock().unwrap().push(Seen {
                        method: parts.method,
                        uri: parts.uri.to_string(),
                        headers: parts.headers,
                        body,
                    });
                    answer().await
                },
            )
            .with_state(Arc::clone(&seen));
        Self { origin: serve(router).await, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Serves on a free port; returns the origin.
pub async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}
