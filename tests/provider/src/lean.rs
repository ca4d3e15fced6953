//! A provider for benches: it reads each request to its end, keeps nothing of it, and answers at
//! once with the same bytes.

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use std::net::SocketAddr;
use std::pin::Pin;

/// Serves for ever, with a picture of so many bytes; `told` gets the address once it listens.
pub async fn serve_lean(listen: SocketAddr, size: usize, told: impl FnOnce(SocketAddr)) {
    let listener = tokio::net::TcpListener::bind(listen).await;
    let listener = listener.unwrap_or_else(|error| panic!("cannot listen on {listen}: {error}"));
    told(listener.local_addr().expect("its address"));
    // It only has to begin as a picture does.
    let mut picture = crate::png(8, 8, [240, 160, 60]);
    picture.resize(size, 0);
    let app = axum::Router::new().fallback(answer).with_state(Bytes::from(picture));
    axum::serve(listener, app).await.expect("the provider serves");
}

async fn answer(State(picture): State<Bytes>, request: Request) -> Response {
    let mut body: Body = request.into_body();
    while let Some(Ok(_)) =
        std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
    {}
    ([(CONTENT_TYPE, "image/png")], picture).into_response()
}
