//! Listings: filters, order, and pages that stay right while jobs are added.

use std::time::Duration;

use egret_core::{
    Applied, Cursor, ErrorKind, JobFilter, JobId, JobState, Note, Outcome, Page, ProcessIdentity, Progress, Runner,
};

use crate::world::{Amend, World, an_error, bound_to, completed, due, in_queue, job, of_class, reenqueued};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn lists_nothing_of_an_empty_store(world: World) {
    let listing = world.store.inspect(&JobFilter::all(), &Page::first(10)).await.expect("a listing is answered");
    assert!(listing.items.is_empty() && listing.next.is_none(), "{listing:?}");
}

pub(crate) async fn finds_nothing_under_an_unknown_id(world: World) {
    world.enqueue(job()).await;
    let found = world.store.find(&JobId::generate()).await.expect("a look-up is answered");
    assert!(found.is_none(), "{found:?}");
}

pub(crate) async fn finds_jobs_by_any_text(world: World) {
    for text in ["17", "ジョブ", "with 'quotes' and %", "A"] {
        let mut data = job();
        data.job_id = JobId::from(text);
        world.enqueue(data).await;
        assert_eq!(world.known(&JobId::from(text)).await.id.as_str(), text);
    }
    assert!(world.record(&JobId::from("a")).await.is_none(), "ids are compared exactly");
}

pub(crate) async fn shows_all_that_is_known_of_a_job(world: World) {
    let before = world.now().await;
    let id = world.enqueue(in_queue("mail").prioritised(3)).await;
    let record = world.known(&id).await;
    assert_eq!((record.queue.as_str(), record.class.as_str(), record.priority), ("mail", "ReportJob", 3));
    assert!(record.enqueued_at >= before && record.enqueued_at <= world.now().await, "{record:?}");
    assert_eq!((record.started_at, record.finished_at, record.error), (None, None, None));
    assert_eq!(record.payload.job().map(|data| data.job_id.clone()), Some(id));
}

pub(crate) async fn shows_who_holds_a_job_and_how_far_it_is(world: World) {
    let service = world.service().await;
    let id = world.enqueue(bound_to("5")).await;
    let waiting = world.known(&id).await;
    assert_eq!((waiting.user.as_deref(), waiting.site.as_deref()), (Some("5"), Some("1")));
    assert_eq!((waiting.claimed_by, waiting.runner, waiting.progress), (None, None, None));
    let claimed = world.claim_one(service).await;
    let started_at = world.now().await;
    let progress = Some(Progress { current: 3, total: Some(8) });
    let note = Note { token: claimed.token, started_at, progress, checkpoint: None, log_lines: Vec::new() };
    assert_eq!(world.store.note(vec![note]).await.expect("a note is answered"), [Applied::Done]);
    let running = world.known(&id).await;
    let process = ProcessIdentity::current();
    let runner = Runner { service, host: process.host, pid: process.pid };
    assert_eq!((running.claimed_by, running.runner, running.progress), (Some(service), Some(runner), progress));
    world.complete(&claimed).await;
    if let Some(ended) = world.record(&id).await {
        assert_eq!((ended.claimed_by, ended.runner, ended.progress), (None, None, None));
        assert_eq!((ended.user.as_deref(), ended.site.as_deref()), (Some("5"), Some("1")));
    }
}

pub(crate) async fn lists_live_jobs_in_the_order_of_due_times(world: World) {
    let mut stored = Vec::new();
    for hours in [3, 1, 2] {
        stored.push(world.enqueue(due(world.in_future(HOUR * hours).await)).await);
    }
    stored.push(world.enqueue(job()).await);
    let listed: Vec<JobId> = world.listing(&JobFilter::all()).await.into_iter().map(|record| record.id).collect();
    assert_eq!(listed, [3, 1, 2, 0].map(|place: usize| stored[place].clone()));
}

pub(crate) async fn lists_live_jobs_before_finished_ones(world: World) {
    let service = world.service().await;
    let ended = world.enqueue(job()).await;
    let claimed = world.claim_one(service).await;
    let outcome = Outcome::Discarded { error: an_error() };
    assert_eq!(world.finish(claimed.token, outcome).await, Applied::Done);
    let live = world.enqueue(due(world.in_future(HOUR).await)).await;
    let listed: Vec<JobId> = world.listing(&JobFilter::all()).await.into_iter().map(|record| record.id).collect();
    assert_eq!(listed, [live, ended]);
}

pub(crate) async fn filters_by_queue_and_class_and_state(world: World) {
    let at = world.in_future(HOUR).await;
    let stored = world
        .enqueue_all(vec![
            in_queue("mail"),
            due(at),
            due(at).queued_in("mail"),
            of_class("Other").queued_in("mail"),
            of_class("Other"),
        ])
        .await;
    for (filter, expected) in [
        (JobFilter::all().queue("mail"), &[0, 2, 3][..]),
        (JobFilter::all().class("Other"), &[3, 4]),
        (JobFilter::all().state(JobState::Scheduled), &[1, 2]),
        (JobFilter::all().state(JobState::Scheduled).state(JobState::Available), &[0, 1, 2, 3, 4]),
        (JobFilter::all().queue("mail").class("Other"), &[3]),
        (JobFilter::all().queue("mail").state(JobState::Available).class("ReportJob"), &[0]),
        (JobFilter::all().queue("mai"), &[]),
        (JobFilter::all().state(JobState::Running), &[]),
    ] {
        let mut listed: Vec<JobId> = world.listing(&filter).await.into_iter().map(|record| record.id).collect();
        let mut expected: Vec<JobId> = expected.iter().map(|place: &usize| stored[*place].clone()).collect();
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected, "{filter:?}");
    }
}

pub(crate) async fn lists_running_and_retryable_jobs_by_their_states(world: World) {
    let stored = world.enqueue_many(3).await;
    let service = world.service().await;
    let claimed = world.claim(service, 2).await;
    world.start(&claimed[0]).await;
    let outcome = reenqueued(&claimed[1], Some(world.in_future(HOUR).await));
    assert_eq!(world.finish(claimed[1].token, outcome).await, Applied::Done);
    for (state, id) in [JobState::Running, JobState::Retryable, JobState::Available].into_iter().zip(stored) {
        let listed = world.listing(&JobFilter::all().state(state)).await;
        assert_eq!(listed.iter().map(|record| &record.id).collect::<Vec<_>>(), [&id], "{state}");
    }
}

pub(crate) async fn pages_through_everything_once(world: World) {
    let mut expected = world.enqueue_many(25).await;
    expected.push(world.enqueue(due(world.in_future(HOUR).await)).await);
    for limit in [1, 2, 5, 13, 26, 100] {
        assert_eq!(pages(&world, limit).await, expected, "pages of {limit}");
    }
}

pub(crate) async fn pages_from_live_jobs_into_finished_ones(world: World) {
    let mut expected = world.enqueue_many(7).await;
    let service = world.service().await;
    for _ in 0..3 {
        let claimed = world.claim_one(service).await;
        // Ends at the same microsecond could be listed in any order.
        world.reach(world.in_future(Duration::from_millis(1)).await).await;
        assert_eq!(world.finish(claimed.token, completed()).await, Applied::Done);
    }
    expected[..3].reverse();
    expected.rotate_left(3);
    for limit in [1, 2, 3, 4, 5, 7] {
        assert_eq!(pages(&world, limit).await, expected, "pages of {limit}");
    }
}

pub(crate) async fn pages_stay_right_while_jobs_are_added(world: World) {
    let stored = world.enqueue_many(10).await;
    let mut listed = Vec::new();
    let mut page = Page::first(3);
    loop {
        let listing = world.store.inspect(&JobFilter::all(), &page).await.expect("a listing is answered");
        listed.extend(listing.items.into_iter().map(|record| record.id));
        if listed.len() < 10 {
            // One behind, and where times in the past are kept one before all others.
            world.enqueue(job()).await;
            world.enqueue(due(world.now().await.checked_sub(HOUR).expect("an hour ago can be written"))).await;
        }
        match listing.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    let n_listed = listed.len();
    let mut seen = listed.clone();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), n_listed, "no job is listed twice: {listed:?}");
    listed.retain(|id| stored.contains(id));
    assert_eq!(listed, stored, "no job that was there is left out");
}

pub(crate) async fn refuses_a_cursor_of_something_else(world: World) {
    world.enqueue(job()).await;
    for text in ["", "nonsense", "1:2:3:4:5:6:7", "-"] {
        let page = Page { limit: 10, after: Some(Cursor(text.to_owned())) };
        let error = world.store.inspect(&JobFilter::all(), &page).await.expect_err("nobody made this cursor");
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:?}");
    }
}

pub(crate) async fn lists_ids_as_it_lists_jobs(world: World) {
    let service = world.service().await;
    for (hours, queue) in [(2, "mail"), (1, "report"), (3, "mail")] {
        world.enqueue(due(world.in_future(HOUR * hours).await).queued_in(queue)).await;
    }
    world.enqueue_many(4).await;
    let ended = world.claim_one(service).await;
    assert_eq!(world.finish(ended.token, Outcome::Discarded { error: an_error() }).await, Applied::Done);
    world.claim_one(service).await;
    for filter in [JobFilter::all(), JobFilter::all().queue("mail"), JobFilter::all().state(JobState::Available)] {
        let expected: Vec<JobId> = world.listing(&filter).await.into_iter().map(|record| record.id).collect();
        for limit in [1, 2, 100] {
            let mut listed = Vec::new();
            let mut page = Page::first(limit);
            loop {
                let listing = world.store.job_ids(&filter, &page).await.expect("ids are answered");
                assert!(listing.items.len() <= limit, "{} items on a page of {limit}", listing.items.len());
                listed.extend(listing.items);
                match listing.next {
                    Some(next) => page.after = Some(next),
                    None => break,
                }
            }
            assert_eq!(listed, expected, "{filter:?} by pages of {limit}");
        }
    }
}

/// Everything, by pages of so many.
async fn pages(world: &World, limit: usize) -> Vec<JobId> {
    let mut listed = Vec::new();
    let mut page = Page::first(limit);
    loop {
        let listing = world.store.inspect(&JobFilter::all(), &page).await.expect("a listing is answered");
        assert!(listing.items.len() <= limit, "{} items on a page of {limit}", listing.items.len());
        listed.extend(listing.items.into_iter().map(|record| record.id));
        match listing.next {
            Some(next) => page.after = Some(next),
            None => return listed,
        }
    }
}
