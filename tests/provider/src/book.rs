//! What the provider knows, shared with the task that serves.

use crate::answer::{Answer, Job};
use crate::asked::Asked;
use crate::journal::Journal;
use axum::body::Bytes;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};
use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct Book {
    pub usual: Mutex<Option<Answer>>,
    pub script: Mutex<VecDeque<Answer>>,
    pub asked: Mutex<Vec<Asked>>,
    /// Requests for anything but the endpoint, its page and its files.
    pub fetched: Mutex<Vec<Asked>>,
    /// Pictures that other hosts name by address.
    pub pictures: Mutex<Vec<Bytes>>,
    pub credits: Mutex<VecDeque<Answer>>,
    pub credits_asked: Mutex<Vec<Asked>>,
    pub given_up: Mutex<usize>,
    pub breaking: Notify,
    pub without_cors: bool,
    /// The studio's page and its deadline in seconds, where this is its server too.
    pub site: Option<(PathBuf, u32)>,
    pub journal: Option<Journal>,
    pub origin: OnceLock<String>,
    /// Each with how often it was asked about.
    pub jobs: Mutex<Vec<(Job, usize)>>,
}

impl Book {
    pub fn origin(&self) -> &str {
        self.origin.get().map_or("", String::as_str)
    }

    pub fn begin_job(&self, job: Job) -> usize {
        let mut jobs = self.jobs.lock().unwrap();
        jobs.push((job, 0));
        jobs.len() - 1
    }

    /// The job, asked about once more, and whether it is ready.
    pub fn ask_job(&self, id: usize) -> Option<(Job, bool)> {
        let mut jobs = self.jobs.lock().unwrap();
        let (job, asked) = jobs.get_mut(id)?;
        *asked += 1;
        Some((job.clone(), *asked > job.polls))
    }

    pub fn job_asked(&self, id: usize) -> usize {
        self.jobs.lock().unwrap().get(id).map_or(0, |(_, asked)| *asked)
    }
}
