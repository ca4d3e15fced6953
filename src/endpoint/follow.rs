//! A job is asked about, less and less often, until there is a picture.

use super::call::{Call, Phase};
use super::fetch::fetch;
use super::picture::Picture;
use super::read::Answer;
use backdrop_contract::{Details, Failure, FailureKind, Job, JobState, is_url, poll_after};
use web_sys::Url;

/// So many polls in a row may fail before the job is left.
const MOST_FAILED: u32 = 6;

/// So many polls may say that it is not ready: half an hour.
const MOST_ASKED: u32 = 400;

/// The longest wait that a host may ask for between two polls, in milliseconds.
const LONGEST_WAIT: u32 = 60_000;

/// Collects the picture of a job that was left earlier.
///
/// # Errors
/// What the job failed of, or what kept it from being asked about; [`FailureKind::JobGone`] when
/// nothing is known of it there.
pub async fn collect(call: &Call, poll: &str) -> Result<Picture, Failure> {
    let job = Job { state: JobState::Working, poll: Some(poll.to_owned()), answer: None };
    follow(call, job, Details::new()).await
}

/// Follows a job to its end. The key goes along only where the endpoint's own host is asked.
///
/// # Errors
/// As [`collect`].
pub(super) async fn follow(call: &Call, job: Job, told: Details) -> Result<Picture, Failure> {
    let resolved = |place: Option<String>| place.and_then(|place| resolve(call, &place));
    let mut state = job.state;
    let (mut poll, mut place) = (resolved(job.poll), resolved(job.answer));
    let mut failed = 0;
    for asked in 0..MOST_ASKED {
        let done = state == JobState::Done;
        let url = if done { &place } else { &poll };
        let url = url.clone().ok_or_else(|| Failure::of_kind(FailureKind::Unreadable))?;
        (call.on_job)(&url.href());
        if !done || failed > 0 {
            call.abort.sleep(poll_after(asked)).await?;
        }
        match call.get(&url).await {
            Ok(Answer::Picture(picture)) => return Ok(picture.with(&told)),
            Ok(Answer::At(at, details)) => {
                return fetch(call, at, details).await.map(|picture| picture.with(&told));
            }
            Ok(Answer::Job(job, _)) => {
                tell(call, &job);
                // Where the answer should be, there may still be only the job.
                failed = if done { failed + 1 } else { 0 };
                state = job.state;
                poll = resolved(job.poll).or(poll);
                place = resolved(job.answer).or(place);
            }
            Err(failure) => {
                // What is kept from pages rarely passes.
                failed += if failure.kind == FailureKind::Blocked { MOST_FAILED / 2 } else { 1 };
                if is_gone(failure.kind) {
                    return Err(Failure { kind: FailureKind::JobGone, ..failure });
                }
                if !may_pass(&failure) || failed >= MOST_FAILED {
                    return Err(failure);
                }
                call.abort.sleep(failure.wait.unwrap_or(0).min(LONGEST_WAIT)).await?;
            }
        }
    }
    Err(Failure::of_kind(FailureKind::Deadline))
}

pub(super) fn tell(call: &Call, job: &Job) {
    let queued = job.state == JobState::Queued;
    (call.phase)(if queued { Phase::Queued } else { Phase::Waiting });
}

fn is_gone(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::NotFound | FailureKind::NotEndpoint | FailureKind::Retired)
}

/// Whether asking again may help. It costs nothing.
fn may_pass(failure: &Failure) -> bool {
    let passing = matches!(
        failure.kind,
        FailureKind::Offline
            | FailureKind::Network
            | FailureKind::Blocked
            | FailureKind::Lost
            | FailureKind::Cut
            | FailureKind::RateLimited
            | FailureKind::Unavailable
            | FailureKind::Server
    );
    passing && !failure.settled
}

/// An address as a reply gives it, where it is one of the web's.
fn resolve(call: &Call, place: &str) -> Option<Url> {
    let endpoint = call.connection.url()?;
    Url::new_with_base(place, &endpoint.href()).ok().filter(|url| is_url(&url.href()))
}
