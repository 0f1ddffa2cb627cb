//! Filters beyond state, queue and class: whose jobs, of when, with which text; and the order that shows the latest first.

use std::time::Duration;

use egret_core::{
    Applied, Change, ErrorReport, JobData, JobFilter, JobId, JobOrder, JobRecord, JobState, Outcome, Page,
    SEARCHED_JOBS, Target, Timestamp,
};
use serde_json::value::RawValue;

use crate::world::{Amend, World, an_error, bound_to, completed, due, job, of_class, of_site, reenqueued};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn finds_jobs_of_a_user_and_of_a_site(world: World) {
    let later = world.in_future(HOUR).await;
    let mut later_of_five = bound_to("5");
    later_of_five.scheduled_at = Some(later);
    let stored =
        world.enqueue_all(vec![later_of_five, bound_to("5"), bound_to("55"), of_site(bound_to("5"), "2"), job()]).await;
    let filter = JobFilter::all;
    for (filter, expected) in [
        (filter().user("5"), &[1, 3, 0][..]),
        (filter().user("55"), &[2]),
        (filter().user("5").state(JobState::Scheduled), &[0]),
        (filter().user("5").state(JobState::Available), &[1, 3]),
        (filter().site("1"), &[1, 2, 0]),
        (filter().site("2").user("5"), &[3]),
        (filter().site("2").user("55"), &[]),
        (filter().user("5").queue("nobody's"), &[]),
        (filter().user(""), &[]),
    ] {
        let expected: Vec<JobId> = expected.iter().map(|place: &usize| stored[*place].clone()).collect();
        assert_listed(&world, &filter, JobOrder::DueFirst, &expected).await;
        let mut reversed = expected;
        reversed.reverse();
        assert_listed(&world, &filter, JobOrder::LatestFirst, &reversed).await;
    }
}

pub(crate) async fn finds_ended_jobs_of_a_user_and_of_a_site(world: World) {
    let service = world.service().await;
    let mut ended = Vec::new();
    for (data, outcome) in [
        (bound_to("5"), completed()),
        (bound_to("6"), completed()),
        (bound_to("5"), Outcome::Discarded { error: an_error() }),
        (of_site(bound_to("5"), "2"), Outcome::Cancelled { reason: "no".to_owned() }),
        (job(), completed()),
    ] {
        ended.push(end(&world, service, data, outcome).await);
    }
    let live = world.enqueue(bound_to("5")).await;
    let filter = JobFilter::all;
    for (filter, expected) in [
        (filter().user("5"), vec![&live, &ended[3], &ended[2], &ended[0]]),
        (filter().user("5").state(JobState::Completed).state(JobState::Discarded), vec![&ended[2], &ended[0]]),
        (filter().user("6"), vec![&ended[1]]),
        (filter().site("1").state(JobState::Completed), vec![&ended[1], &ended[0]]),
        (filter().site("2"), vec![&ended[3]]),
        (filter().user("6").site("2"), vec![]),
    ] {
        let expected: Vec<JobId> = expected.into_iter().cloned().collect();
        assert_listed(&world, &filter, JobOrder::DueFirst, &expected).await;
    }
}

pub(crate) async fn keeps_the_owner_of_a_job_that_is_tried_again(world: World) {
    let service = world.service().await;
    let id = world.enqueue(of_site(bound_to("5"), "2")).await;
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, reenqueued(&claimed, None)).await, Applied::Done);
    let own = JobFilter::all().user("5").site("2");
    assert_listed(&world, &own, JobOrder::DueFirst, std::slice::from_ref(&id)).await;
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, Outcome::Discarded { error: an_error() }).await, Applied::Done);
    assert_listed(&world, &own, JobOrder::DueFirst, std::slice::from_ref(&id)).await;
    let report = world.store.change(Target::Ids(vec![id.clone()]), Change::Retry).await.expect("a change is answered");
    assert_eq!(report.changed, std::slice::from_ref(&id));
    assert_listed(&world, &own, JobOrder::DueFirst, std::slice::from_ref(&id)).await;
    assert_eq!(world.state(&id).await, JobState::Available);
}

pub(crate) async fn counts_the_beginning_of_a_span_of_jobs_and_not_its_end(world: World) {
    let service = world.service().await;
    let ended = end(&world, service, job(), completed()).await;
    let ended_at = world.known(&ended).await.finished_at.expect("it has ended");
    // Earlier jobs would be due now; so that no two moments are the same.
    world.reach(world.in_future(Duration::from_millis(2)).await).await;
    let now = world.now().await;
    let mut live = Vec::new();
    for hours in 0..4 {
        live.push(world.enqueue(due(now + HOUR * hours)).await);
    }
    let span = |since: Timestamp, before: Timestamp| JobFilter::all().since(since).before(before);
    for (filter, expected) in [
        (span(now + HOUR, now + HOUR * 3), vec![&live[1], &live[2]]),
        (JobFilter::all().since(now + HOUR * 3), vec![&live[3]]),
        (JobFilter::all().before(now + HOUR).state(JobState::Available), vec![&live[0]]),
        (span(ended_at, ended_at + Duration::from_micros(1)), vec![&ended]),
        (JobFilter::all().before(ended_at), vec![]),
        (JobFilter::all().since(ended_at).state(JobState::Completed), vec![&ended]),
        (JobFilter::all().since(now).state(JobState::Completed), vec![]),
        (JobFilter::all(), vec![&live[0], &live[1], &live[2], &live[3], &ended]),
    ] {
        let expected: Vec<JobId> = expected.into_iter().cloned().collect();
        assert_listed(&world, &filter, JobOrder::DueFirst, &expected).await;
        let mut latest = expected;
        let n_live = latest.iter().filter(|id| **id != ended).count();
        latest[..n_live].reverse();
        assert_listed(&world, &filter, JobOrder::LatestFirst, &latest).await;
    }
}

pub(crate) async fn lists_the_latest_jobs_first(world: World) {
    let service = world.service().await;
    let mut expected = vec![end(&world, service, job(), completed()).await];
    expected.push(end(&world, service, job(), completed()).await);
    expected.extend(world.enqueue_many(3).await);
    expected.push(world.enqueue(due(world.in_future(HOUR).await)).await);
    expected.push(world.enqueue(due(world.in_future(HOUR * 2).await)).await);
    // Live ones by their times, the latest first, then the ended ones likewise.
    expected.reverse();
    assert_listed(&world, &JobFilter::all(), JobOrder::LatestFirst, &expected).await;
}

pub(crate) async fn finds_a_text_in_class_arguments_and_error(world: World) {
    let service = world.service().await;
    let with = |class: &str, arguments: &str| -> JobData {
        let mut data = of_class(class);
        data.arguments = RawValue::from_string(arguments.to_owned()).expect("the arguments are JSON");
        data
    };
    let failed = end(&world, service, with("Print", "[1]"), Outcome::Discarded { error: toner() }).await;
    let invoice = world.enqueue(with("SendInvoice", r#"["Tanaka",{"path":"\u9dfa \"a\""}]"#)).await;
    let report = world.enqueue(with("Report", "[12]").queued_in("mail")).await;
    for (text, expected) in [
        ("toner", vec![&failed]),
        ("PRINTERERROR", vec![&failed]),
        ("sendinv", vec![&invoice]),
        ("tanaka", vec![&invoice]),
        ("鷺 \"A", vec![&invoice]),
        ("1", vec![&report, &failed]),
        ("mail", vec![]),
        ("suzuki", vec![]),
    ] {
        let has_history = world.can().history || world.record(&failed).await.is_some();
        let expected: Vec<JobId> = expected.into_iter().filter(|id| has_history || **id != failed).cloned().collect();
        assert_listed(&world, &JobFilter::all().text(text), JobOrder::DueFirst, &expected).await;
        let elsewhere = JobFilter::all().text(text).queue("elsewhere");
        assert_listed(&world, &elsewhere, JobOrder::DueFirst, &[]).await;
    }
}

pub(crate) async fn searches_the_newest_jobs_only_and_says_so(world: World) {
    let old = world.enqueue(of_class("Needle")).await;
    world.reach(world.in_future(Duration::from_millis(1)).await).await;
    let filter = JobFilter::all().text("needle");
    let found = page(&world, &filter, JobOrder::DueFirst).await;
    assert_eq!((ids(&found.0), found.1), (vec![old.clone()], None), "one job is searched whole");
    world.enqueue_many(SEARCHED_JOBS - 2).await;
    let new = world.enqueue(of_class("Needle").queued_in("mail")).await;
    let found = page(&world, &filter, JobOrder::DueFirst).await;
    assert_eq!((ids(&found.0), found.1), (vec![old.clone(), new.clone()], None), "so many are searched");
    world.enqueue(job()).await;
    for order in [JobOrder::DueFirst, JobOrder::LatestFirst] {
        let found = page(&world, &filter, order).await;
        let n_searched = Some(SEARCHED_JOBS as u64);
        assert_eq!((ids(&found.0), found.1), (vec![new.clone()], n_searched), "the oldest is not searched");
    }
    let found = page(&world, &filter.clone().queue("default"), JobOrder::DueFirst).await;
    assert_eq!((ids(&found.0), found.1), (vec![old], None), "the rest of the filter leaves few enough");
    assert_eq!(world.store.count(&filter).await.expect("a count is answered"), 1);
}

fn toner() -> ErrorReport {
    ErrorReport::new("PrinterError", "out of Toner")
}

/// Lets a job run and end so, at a moment of its own.
async fn end(world: &World, service: egret_core::ServiceId, data: JobData, outcome: Outcome) -> JobId {
    let id = world.enqueue(data).await;
    let claimed = world.claim_one(service).await;
    assert_eq!(claimed.id, id, "nothing else waits");
    world.reach(world.in_future(Duration::from_millis(1)).await).await;
    assert_eq!(world.finish(claimed.token, outcome).await, Applied::Done);
    id
}

async fn page(world: &World, filter: &JobFilter, order: JobOrder) -> (Vec<JobRecord>, Option<u64>) {
    let page = Page::first(100);
    let listing = match order {
        JobOrder::DueFirst => world.store.inspect(filter, &page).await,
        JobOrder::LatestFirst => world.store.inspect_latest(filter, &page).await,
    };
    let listing = listing.expect("a listing is answered");
    (listing.items, listing.among_newest)
}

fn ids(records: &[JobRecord]) -> Vec<JobId> {
    records.iter().map(|record| record.id.clone()).collect()
}

/// Checks what a filter leaves of the listing, by pages of several lengths; and that ids and count agree.
async fn assert_listed(world: &World, filter: &JobFilter, order: JobOrder, expected: &[JobId]) {
    for limit in [1, 2, 100] {
        let mut listed = Vec::new();
        let mut page = Page::first(limit);
        loop {
            let listing = match order {
                JobOrder::DueFirst => world.store.inspect(filter, &page).await,
                JobOrder::LatestFirst => world.store.inspect_latest(filter, &page).await,
            };
            let listing = listing.expect("a listing is answered");
            assert!(listing.items.len() <= limit, "{} items on a page of {limit}", listing.items.len());
            assert!(listing.items.iter().all(|record| filter.covers(record)), "{filter:?}: {listing:?}");
            listed.extend(ids(&listing.items));
            match listing.next {
                Some(next) => page.after = Some(next),
                None => break,
            }
        }
        assert_eq!(listed, expected, "{filter:?}, {order:?}, pages of {limit}");
    }
    let counted = world.store.count(filter).await.expect("a count is answered");
    assert_eq!(counted, expected.len() as u64, "{filter:?}");
    if order == JobOrder::DueFirst {
        let listing = world.store.job_ids(filter, &Page::first(100)).await.expect("ids are answered");
        assert_eq!(listing.items, expected, "{filter:?}");
    }
}
