//! Listings of the attempts of all jobs: what they show, filters, both orders, pages.

use std::time::Duration;

use egret_core::{
    Applied, Cursor, ErrorKind, ExecutionFilter, ExecutionOrder, ExecutionRecord, ExecutionState, Finish, JobData,
    JobId, Outcome, Page, Release, Timestamp,
};

use crate::world::{
    Amend, World, an_error, bound_to, completed, everything, in_queue, job, of_class, of_site, reenqueued,
};

const SECOND: Duration = Duration::from_secs(1);

pub(crate) async fn lists_nothing_of_jobs_that_never_ran(world: World) {
    world.enqueue(job()).await;
    let listing = page(&world, &ExecutionFilter::all(), ExecutionOrder::default(), &Page::first(10)).await;
    assert!(listing.is_empty(), "{listing:?}");
}

pub(crate) async fn shows_each_attempt_as_the_history_of_its_job(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, reenqueued(&claimed, None)).await, Applied::Done);
    let claimed = world.claim_one(service).await;
    let now = world.now().await;
    let released = Release { token: claimed.token, started_at: Some(now), log_lines: Vec::new() };
    assert_eq!(world.release_with(released).await, Applied::Done);
    end(&world, service, completed(), world.now().await).await;
    let listed = all(&world, &ExecutionFilter::all(), ExecutionOrder::EarliestFirst).await;
    assert!(listed.iter().all(|record| record.payload.job().is_some_and(|data| data.job_id == id)), "{listed:?}");
    let mut listed: Vec<_> = listed.into_iter().map(|record| record.execution).collect();
    let mut known = world.store.executions(&id).await.expect("the history is answered");
    listed.sort_by_key(|execution| (execution.attempt, execution.state.as_str()));
    known.sort_by_key(|execution| (execution.attempt, execution.state.as_str()));
    assert_eq!(known.len(), 3, "{known:?}");
    assert_eq!(listed, known);
}

pub(crate) async fn lists_running_attempts_before_closed_ones(world: World) {
    let service = world.service().await;
    let ended = world.enqueue(job()).await;
    end(&world, service, completed(), world.now().await).await;
    let running = world.enqueue(in_queue("default").prioritised(1)).await;
    let claimed = world.claim_one(service).await;
    let claimed_only = world.enqueue(job()).await;
    world.start(&claimed).await;
    world.claim_one(service).await;
    for order in [ExecutionOrder::LatestFirst, ExecutionOrder::EarliestFirst] {
        let listed = all(&world, &ExecutionFilter::all(), order).await;
        assert_eq!(ids(&listed), [running.clone(), ended.clone()], "{claimed_only} has not started");
        assert_eq!(listed[0].execution.state, ExecutionState::Running);
        assert!(listed[0].execution.started_at.is_some() && listed[0].execution.closed_at.is_none(), "{listed:?}");
        assert_eq!(listed[0].execution.runner.service, service);
    }
}

pub(crate) async fn lists_closed_attempts_in_both_orders_of_their_ends(world: World) {
    let now = world.now().await;
    let mut expected = Vec::new();
    for seconds in [3, 1, 2] {
        expected.push((seconds, ended_at(&world, job(), now - SECOND * seconds).await));
    }
    expected.sort();
    let latest_first: Vec<JobId> = expected.iter().map(|(_, id)| id.clone()).collect();
    let listed = all(&world, &ExecutionFilter::all(), ExecutionOrder::LatestFirst).await;
    assert_eq!(ids(&listed), latest_first);
    let listed = all(&world, &ExecutionFilter::all(), ExecutionOrder::EarliestFirst).await;
    assert_eq!(ids(&listed), latest_first.into_iter().rev().collect::<Vec<_>>());
}

pub(crate) async fn filters_attempts_by_state_queue_and_class(world: World) {
    let service = world.service().await;
    let mut ended = Vec::new();
    for (data, outcome) in [
        (in_queue("mail"), completed()),
        (in_queue("mail"), Outcome::Discarded { error: an_error() }),
        (of_class("Other"), completed()),
        (of_class("Other"), Outcome::Cancelled { reason: "no".to_owned() }),
    ] {
        ended.push(world.enqueue(data).await);
        end(&world, service, outcome, world.now().await).await;
    }
    let filter = ExecutionFilter::all;
    for (filter, expected) in [
        (filter().queue("mail"), vec![0, 1]),
        (filter().class("Other"), vec![2, 3]),
        (filter().state(ExecutionState::Completed), vec![0, 2]),
        (filter().state(ExecutionState::Failed).state(ExecutionState::Cancelled), vec![1, 3]),
        (filter().state(ExecutionState::Completed).class("Other").queue("default"), vec![2]),
        (filter().class("Nobody"), vec![]),
        (filter().state(ExecutionState::Running), vec![]),
    ] {
        let listed = all(&world, &filter, ExecutionOrder::EarliestFirst).await;
        let mut found: Vec<_> = ids(&listed);
        let mut expected: Vec<_> = expected.into_iter().map(|place: usize| ended[place].clone()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{filter:?}");
    }
}

pub(crate) async fn filters_attempts_by_user_and_site(world: World) {
    let service = world.service().await;
    let mut ended = Vec::new();
    for data in [bound_to("5"), bound_to("6"), of_site(bound_to("5"), "2"), job()] {
        ended.push(world.enqueue(data).await);
        let claimed = world.claim_one(service).await;
        assert_eq!(world.finish(claimed.token, reenqueued(&claimed, None)).await, Applied::Done);
        end(&world, service, completed(), world.now().await).await;
    }
    let running = world.enqueue(bound_to("5")).await;
    let claimed = world.claim_one(service).await;
    world.start(&claimed).await;
    let filter = ExecutionFilter::all;
    for (filter, expected) in [
        (filter().user("5"), vec![&running, &ended[0], &ended[0], &ended[2], &ended[2]]),
        (filter().user("5").state(ExecutionState::Completed), vec![&ended[0], &ended[2]]),
        (filter().site("1").state(ExecutionState::Failed), vec![&ended[0], &ended[1]]),
        (filter().site("2").user("5"), vec![&ended[2], &ended[2]]),
        (filter().site("2").user("6"), vec![]),
    ] {
        let mut expected: Vec<JobId> = expected.into_iter().cloned().collect();
        expected.sort();
        for order in [ExecutionOrder::EarliestFirst, ExecutionOrder::LatestFirst] {
            let mut found = ids(&all(&world, &filter, order).await);
            found.sort();
            assert_eq!(found, expected, "{filter:?}");
        }
    }
}

pub(crate) async fn counts_the_beginning_of_a_span_and_not_its_end(world: World) {
    let now = world.now().await;
    let moments = [now - SECOND * 3, now - SECOND * 2, now - SECOND];
    let mut ended = Vec::new();
    for moment in moments {
        ended.push(ended_at(&world, job(), moment).await);
    }
    let span = ExecutionFilter::all().since(moments[0]).before(moments[2]);
    for order in [ExecutionOrder::LatestFirst, ExecutionOrder::EarliestFirst] {
        let mut found = ids(&all(&world, &span, order).await);
        found.sort();
        let mut expected = vec![ended[0].clone(), ended[1].clone()];
        expected.sort();
        assert_eq!(found, expected, "{order:?}");
    }
    let service = world.service().await;
    world.enqueue(job()).await;
    let running = world.claim_one(service).await;
    world.start(&running).await;
    assert_eq!(all(&world, &span, ExecutionOrder::LatestFirst).await.len(), 2, "it started later");
    let since = ExecutionFilter::all().since(moments[2]);
    assert_eq!(all(&world, &since, ExecutionOrder::LatestFirst).await.len(), 2, "it started since");
}

pub(crate) async fn pages_through_all_attempts_once(world: World) {
    let now = world.now().await;
    let service = world.service().await;
    let mut n_attempts = 0;
    for number in 0..6 {
        world.enqueue(job()).await;
        // Several end at the same time.
        let moment = now - SECOND * (6 - number / 3);
        if number % 2 == 0 {
            let claimed = world.claim_one(service).await;
            let finish = Finish::new(claimed.token, reenqueued(&claimed, None), Some(moment), moment);
            assert_eq!(world.finish_with(finish).await, Applied::Done);
            n_attempts += 1;
        }
        end(&world, service, completed(), moment).await;
        n_attempts += 1;
    }
    for _ in 0..3 {
        world.enqueue(job()).await;
        let claimed = world.claim_one(service).await;
        world.start(&claimed).await;
        n_attempts += 1;
    }
    for order in [ExecutionOrder::LatestFirst, ExecutionOrder::EarliestFirst] {
        let whole = page(&world, &ExecutionFilter::all(), order, &Page::first(100)).await;
        assert_eq!(whole.len(), n_attempts, "{whole:?}");
        for limit in [1, 2, 5] {
            let mut walked = Vec::new();
            let mut present = Page::first(limit);
            loop {
                let filter = ExecutionFilter::all();
                let listing = world.store.inspect_executions(&filter, order, &present).await.expect("a page");
                assert!(listing.items.len() <= limit);
                walked.extend(listing.items.into_iter().map(|record| record.execution));
                match listing.next {
                    Some(next) => present.after = Some(next),
                    None => break,
                }
            }
            let whole: Vec<_> = whole.iter().map(|record| record.execution.clone()).collect();
            assert_eq!(walked, whole, "{order:?} by {limit}");
        }
    }
}

pub(crate) async fn refuses_a_cursor_of_another_listing(world: World) {
    let page = Page { limit: 1, after: Some(Cursor("nonsense".to_owned())) };
    let answer = world.store.inspect_executions(&ExecutionFilter::all(), ExecutionOrder::LatestFirst, &page).await;
    assert_eq!(answer.expect_err("it is no cursor").kind(), ErrorKind::InvalidInput);
}

/// A job that has run and completed at the moment.
async fn ended_at(world: &World, data: JobData, moment: Timestamp) -> JobId {
    let id = world.enqueue(data).await;
    let service = world.service().await;
    end(world, service, completed(), moment).await;
    id
}

/// Ends the next job with an attempt of no length at the moment.
async fn end(world: &World, service: egret_core::ServiceId, outcome: Outcome, moment: Timestamp) {
    let claimed = world.claim_from(service, &everything(), 1).await.remove(0);
    assert_eq!(world.finish_with(Finish::new(claimed.token, outcome, Some(moment), moment)).await, Applied::Done);
}

async fn page(world: &World, filter: &ExecutionFilter, order: ExecutionOrder, page: &Page) -> Vec<ExecutionRecord> {
    world.store.inspect_executions(filter, order, page).await.expect("a listing is answered").items
}

async fn all(world: &World, filter: &ExecutionFilter, order: ExecutionOrder) -> Vec<ExecutionRecord> {
    page(world, filter, order, &Page::first(1000)).await
}

fn ids(records: &[ExecutionRecord]) -> Vec<JobId> {
    records.iter().map(|record| record.execution.job_id.clone()).collect()
}
