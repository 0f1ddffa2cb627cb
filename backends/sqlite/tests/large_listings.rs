//! Listings of a store with 100,000 jobs: what a filter leaves is found, and a page never reads everything.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use egret_core::{Backend, JobFilter, JobId, JobOrder, JobRecord, JobState, Listing, Page};
use egret_sqlite::SqliteBackend;
use support::Store;
use support::large::{N_ENDED, N_JOBS, OF_RARE, fill};

#[tokio::test]
async fn an_owner_of_few_jobs_and_one_of_most_find_theirs() {
    let store = Store::new();
    drop(fill(&store));
    for (filter, n_jobs) in [
        (JobFilter::all().user("rare"), OF_RARE),
        (JobFilter::all().site("2"), OF_RARE),
        (JobFilter::all().site("1"), N_JOBS - OF_RARE),
        (JobFilter::all().user("rare").site("1"), 0),
        (JobFilter::all().site("1").state(JobState::Completed), N_ENDED / 50 * 48 - 700),
        (JobFilter::all().user("rare").state(JobState::Discarded), 0),
    ] {
        let found = all(&store.backend, &filter, 5_000).await;
        assert_eq!(found.len() as i64, n_jobs, "{filter:?}");
        assert_eq!(store.backend.count(&filter).await.unwrap() as i64, n_jobs, "{filter:?}");
    }
    let first = page(&store.backend, &JobFilter::all().site("1"), JobOrder::DueFirst, &Page::first(50)).await;
    let due_times: Vec<_> = first.items.iter().map(|job| job.due_at).collect();
    assert!(due_times.len() == 50 && due_times.is_sorted(), "{due_times:?}");
    let first = page(&store.backend, &JobFilter::all().site("1"), JobOrder::LatestFirst, &Page::first(50)).await;
    let due_times: Vec<_> = first.items.iter().rev().map(|job| job.due_at).collect();
    assert!(due_times.len() == 50 && due_times.is_sorted(), "{due_times:?}");
}

#[tokio::test]
async fn what_is_rare_is_found_page_by_page_where_no_index_knows_it() {
    let store = Store::new();
    drop(fill(&store));
    let filter = JobFilter::all().class("Rare");
    let first = page(&store.backend, &filter, JobOrder::DueFirst, &Page::first(50)).await;
    assert!(first.items.is_empty() && first.next.is_some(), "the ten jobs ended before all others: {first:?}");
    let found = all(&store.backend, &filter, 50).await;
    assert_eq!(found.len(), 10);
    assert_eq!(store.backend.count(&filter).await.unwrap(), 10);
}

#[tokio::test]
async fn a_text_is_looked_for_among_ten_thousand() {
    let store = Store::new();
    drop(fill(&store));
    // Each job has its number as its argument, and the last one lives.
    let newest = JobFilter::all().state(JobState::Available).text(format!("[{}]", N_JOBS - 1));
    let listing = page(&store.backend, &newest, JobOrder::DueFirst, &Page::first(50)).await;
    assert_eq!((listing.items.len(), listing.among_newest), (1, Some(10_000)), "{listing:?}");
    let old = JobFilter::all().state(JobState::Completed).text("[30]");
    let listing = page(&store.backend, &old, JobOrder::DueFirst, &Page::first(50)).await;
    assert_eq!((listing.items.len(), listing.among_newest), (0, Some(10_000)), "{listing:?}");
    let failures = JobFilter::all().state(JobState::Discarded).text("[50]");
    let listing = page(&store.backend, &failures, JobOrder::DueFirst, &Page::first(50)).await;
    assert_eq!((listing.items.len(), listing.among_newest), (1, None), "few were discarded: {listing:?}");
}

async fn page(backend: &SqliteBackend, filter: &JobFilter, order: JobOrder, page: &Page) -> Listing<JobRecord> {
    match order {
        JobOrder::DueFirst => backend.inspect(filter, page).await.unwrap(),
        JobOrder::LatestFirst => backend.inspect_latest(filter, page).await.unwrap(),
    }
}

/// Ids of everything, each of them once.
async fn all(backend: &SqliteBackend, filter: &JobFilter, limit: usize) -> Vec<JobId> {
    let mut ids = Vec::new();
    let mut page = Page::first(limit);
    loop {
        let listing = backend.job_ids(filter, &page).await.unwrap();
        ids.extend(listing.items);
        match listing.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    let n_listed = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), n_listed, "no job is listed twice");
    ids
}
