//! A job: the reply says that the picture is being made, and where to ask for it.

use crate::json::Json;

/// A job as one reply tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub state: JobState,
    /// Where to ask how it stands, as the reply gives it: absolute, or relative to the endpoint.
    pub poll: Option<String>,
    /// Where the answer will be, when it is not among what is asked for there.
    pub answer: Option<String>,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    Queued,
    Working,
    Done,
    Failed,
}

/// The words of the provider, of its siblings and of our relay.
const STATES: [(&str, JobState); 10] = [
    ("QUEUED", JobState::Queued),
    ("IN_QUEUE", JobState::Queued),
    ("PENDING", JobState::Queued),
    ("PROCESSING", JobState::Working),
    ("IN_PROGRESS", JobState::Working),
    ("RUNNING", JobState::Working),
    ("COMPLETED", JobState::Done),
    ("FAILED", JobState::Failed),
    ("ERROR", JobState::Failed),
    ("CANCELED", JobState::Failed),
];

impl Job {
    /// The job that a reply tells of; none if it tells of none.
    pub(crate) fn of(json: &Json) -> Option<Self> {
        let text = |key| json.get(key).and_then(Json::text);
        let poll = text("poll_url").or_else(|| text("status_url")).map(str::to_owned);
        let said = text("status").unwrap_or_default();
        let known = STATES.iter().find(|(word, _)| word.eq_ignore_ascii_case(said));
        let state = match known {
            Some((_, state)) => *state,
            None if poll.is_some() => JobState::Queued,
            None => return None,
        };
        Some(Self { state, poll, answer: text("response_url").map(str::to_owned) })
    }

    /// Whether there is nothing to fetch yet.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        matches!(self.state, JobState::Queued | JobState::Working)
    }
}
