//! Jobs go in and out of a store, one process, many jobs.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::HashSet;
use std::sync::Arc;

use egret_core::{Applied, Backend, JobState, Selection};
use support::{Store, completed, enqueue, job, register, request};

const N_JOBS: usize = 100_000;

#[tokio::test]
async fn a_hundred_thousand_jobs_go_in_and_out_and_every_count_is_exact() {
    let store = Store::new();
    let backend = &*store.backend;
    let selection = Arc::new(Selection::strict(["high", "low"]));
    let service = register(backend, &selection).await;
    let mut ids = HashSet::new();
    for batch in 0..N_JOBS / 1000 {
        let queue = if batch % 2 == 0 { "high" } else { "low" };
        let jobs = (0..1000).map(|number| job(&format!("Class{}", number % 7), queue)).collect();
        ids.extend(enqueue(backend, jobs).await);
    }
    assert_eq!(ids.len(), N_JOBS);
    let counts = backend.counts().await.unwrap();
    assert_eq!(counts.of("high", JobState::Available), N_JOBS as u64 / 2);
    assert_eq!(counts.of("low", JobState::Available), N_JOBS as u64 / 2);

    let mut n_done = 0;
    loop {
        let claimed = backend.claim(request(service, &selection, 500)).await.unwrap();
        if claimed.is_empty() {
            break;
        }
        for job in &claimed {
            assert!(ids.remove(&job.id), "claimed twice: {}", job.id);
            assert_eq!(job.queue, if n_done < N_JOBS / 2 { "high" } else { "low" }, "queues out of order");
        }
        n_done += claimed.len();
        let applied = backend.finish(claimed.iter().map(completed).collect()).await.unwrap();
        assert!(applied.iter().all(|applied| *applied == Applied::Done));
    }
    assert!(ids.is_empty());
    let counts = backend.counts().await.unwrap();
    assert_eq!(counts.of_state(JobState::Completed), N_JOBS as u64);
    assert_eq!(counts.live(), 0);
}
