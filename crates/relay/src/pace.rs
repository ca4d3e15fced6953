//! A client that sends its body too slowly is not waited for: it would hold a place for nothing.

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// How long may be waited for a body in all, beside what its bytes earn.
pub const GRACE: Duration = Duration::from_secs(30);

/// Bytes that earn one more second: far slower than any line that carries photos.
pub const BYTES_A_SECOND: u64 = 8 << 10;

/// The client sent less than it must.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the request's body came too slowly; nothing was billed")]
pub struct TooSlow;

impl TooSlow {
    /// Whether this is what is behind an error.
    #[must_use]
    pub fn is_behind(error: &(dyn Error + 'static)) -> bool {
        std::iter::successors(Some(error), |error| (*error).source())
            .any(|error| error.is::<Self>())
    }
}

/// A body that breaks off with [`TooSlow`]. Only the time that is spent waiting for the client
/// counts: a slow provider, or a queue, is not its fault.
pub struct Paced {
    body: Body,
    left: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Paced {
    #[must_use]
    pub fn new(body: Body) -> Self {
        Self { body, left: GRACE, waiting: None }
    }
}

impl http_body::Body for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.body).poll_frame(context);
        let Poll::Ready(frame) = polled else {
            let left = this.left;
            let (_, waiting) = this
                .waiting
                .get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(left))));
            return waiting.as_mut().poll(context).map(|()| Some(Err(axum::Error::new(TooSlow))));
        };
        if let Some((since, _)) = this.waiting.take() {
            this.left = this.left.saturating_sub(since.elapsed());
        }
        if let Some(Ok(frame)) = &frame {
            let bytes = frame.data_ref().map_or(0, |data| data.len() as u64);
            this.left += Duration::from_micros(bytes * 1_000_000 / BYTES_A_SECOND);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    /// Sends a piece of so many bytes each second, for ever.
    struct Drip(usize, Pin<Box<Sleep>>);

    impl http_body::Body for Drip {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            std::task::ready!(self.1.as_mut().poll(context));
            self.1 = Box::pin(tokio::time::sleep(Duration::from_secs(1)));
            Poll::Ready(Some(Ok(Frame::data(vec![0; self.0].into()))))
        }
    }

    async fn seconds(bytes: usize, most: usize, between: Duration) -> Result<(), usize> {
        let drip = Drip(bytes, Box::pin(tokio::time::sleep(Duration::from_secs(1))));
        let mut body = Paced::new(Body::new(drip));
        for second in 0..most {
            tokio::time::sleep(between).await;
            if let Err(error) = body.frame().await.unwrap() {
                assert!(TooSlow::is_behind(&error));
                return Err(second);
            }
        }
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_ends_and_a_slow_line_does_not() {
        let second = Duration::ZERO;
        let ended = seconds(1, 1000, second).await.unwrap_err();
        assert!((29..=31).contains(&ended), "{ended}");
        let pace = BYTES_A_SECOND as usize;
        assert_eq!(seconds(pace, 1000, second).await, Ok(()));
        let half = seconds(pace / 2, 1000, second).await.unwrap_err();
        assert!((58..=62).contains(&half), "{half}");
    }

    #[tokio::test(start_paused = true)]
    async fn time_that_nobody_waited_does_not_count() {
        assert_eq!(seconds(1, 100, Duration::from_secs(2)).await, Ok(()));
    }
}
