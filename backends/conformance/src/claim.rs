//! Jobs out: which jobs a claim gives, in which order, and that it gives each of them to one service alone.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use egret_core::job_data::saturating_add;
use egret_core::{ClaimRequest, ClassSelection, ErrorKind, JobId, JobState, Leave, QueueOrder, Selection, ServiceId};
use tokio::task::JoinSet;

use crate::wait_until::wait_until;
use crate::world::{
    Amend, QUEUE, World, due, everything, from_queues, ids, in_queue, job, of_class, only_classes, with_priority,
};

pub(crate) async fn gives_nothing_from_an_empty_store(world: World) {
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 10).await, []);
}

pub(crate) async fn takes_jobs_in_order_of_enqueue(world: World) {
    let mut expected = Vec::new();
    for _ in 0..5 {
        expected.push(world.enqueue(job()).await);
    }
    expected.extend(world.enqueue_many(5).await);
    let service = world.service().await;
    let first = world.claim_ids(service, 3).await;
    let singly = world.claim_singly(service, &everything()).await;
    assert_eq!([first, singly].concat(), expected);
}

pub(crate) async fn takes_no_more_than_the_limit(world: World) {
    world.enqueue_many(5).await;
    let service = world.service().await;
    assert_eq!(world.claim(service, 0).await.len(), 0);
    assert_eq!(world.claim(service, 2).await.len(), 2);
    assert_eq!(world.claim(service, 100).await.len(), 3);
}

pub(crate) async fn gives_each_job_once(world: World) {
    let ids = world.enqueue_many(3).await;
    let (first, second) = (world.service().await, world.service().await);
    let mut given = world.claim_ids(first, 2).await;
    given.extend(world.claim_ids(second, 2).await);
    given.extend(world.claim_ids(first, 2).await);
    assert_eq!(given, ids);
}

pub(crate) async fn gives_each_claim_a_token_of_its_own(world: World) {
    world.enqueue_many(5).await;
    let service = world.service().await;
    let mut tokens = HashSet::new();
    for _ in 0..3 {
        let claimed = world.claim(service, 5).await;
        assert_eq!(claimed.len(), 5);
        for job in &claimed {
            assert_eq!(job.token.service, service, "a token names the claimer");
            assert!(tokens.insert(job.token), "the token {:?} was given before", job.token);
            world.release(job).await;
        }
    }
}

pub(crate) async fn prefers_smaller_priorities(world: World) {
    let mut by_priority = Vec::new();
    for priority in [10, -5, 0, 5, i64::from(i32::MIN), i64::from(i32::MAX), 10] {
        by_priority.push((priority, world.enqueue(with_priority(priority)).await));
    }
    by_priority.sort_by_key(|(priority, _)| *priority);
    let expected: Vec<JobId> = by_priority.into_iter().map(|(_, id)| id).collect();
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 10).await, expected);
}

pub(crate) async fn prefers_earlier_due_times_within_a_priority(world: World) {
    let now = world.now().await;
    let ago = |seconds: u64| now.checked_sub(Duration::from_secs(seconds)).expect("a time ago can be written");
    let urgent = due(ago(1)).prioritised(-1);
    let ids = world.enqueue_all(vec![due(ago(10)), due(ago(30)), job(), due(ago(20)), urgent]).await;
    let expected = [4, 1, 3, 0, 2].map(|place: usize| ids[place].clone());
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 10).await, expected);
}

pub(crate) async fn counts_a_missing_priority_as_zero(world: World) {
    let ids = world.enqueue_all(vec![with_priority(1), job(), with_priority(-1), with_priority(0)]).await;
    let expected = [2, 1, 3, 0].map(|place: usize| ids[place].clone());
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 10).await, expected);
}

pub(crate) async fn empties_an_earlier_queue_first(world: World) {
    let low = world.enqueue(in_queue("low")).await;
    let first = world.enqueue(in_queue("high")).await;
    let second = world.enqueue(in_queue("high")).await;
    let service = world.service().await;
    assert_eq!(world.claim_singly(service, &from_queues(&["high", "low"])).await, [first, second, low]);
}

pub(crate) async fn prefers_the_queue_to_the_priority(world: World) {
    let urgent = world.enqueue(in_queue("low").prioritised(-100)).await;
    let lazy = world.enqueue(in_queue("high").prioritised(100)).await;
    let service = world.service().await;
    let claimed = world.claim_from(service, &from_queues(&["high", "low"]), 10).await;
    assert_eq!(ids(&claimed), [lazy, urgent]);
}

pub(crate) async fn fills_a_batch_from_several_queues(world: World) {
    let stored = world.enqueue_all(vec![in_queue("c"), in_queue("a"), in_queue("b"), in_queue("a")]).await;
    let service = world.service().await;
    let claimed = world.claim_from(service, &from_queues(&["a", "b", "c"]), 3).await;
    assert_eq!(ids(&claimed), [1, 3, 2].map(|place: usize| stored[place].clone()));
    assert_eq!(claimed.iter().map(|job| job.queue.as_str()).collect::<Vec<_>>(), ["a", "a", "b"]);
}

pub(crate) async fn looks_only_at_selected_queues(world: World) {
    world.enqueue(in_queue("mail")).await;
    world.enqueue(in_queue("mailing")).await;
    let service = world.service().await;
    for queues in [&["report"][..], &["mai"], &["mai*l"], &[]] {
        let claimed = world.claim_from(service, &from_queues(queues), 10).await;
        assert!(claimed.is_empty(), "{queues:?} does not mean these queues: {claimed:?}");
    }
    assert_eq!(world.claim_from(service, &from_queues(&["mail"]), 10).await.len(), 1);
}

pub(crate) async fn expands_a_pattern_alphabetically(world: World) {
    let stored = world
        .enqueue_all(vec![in_queue("mail_b"), in_queue("other"), in_queue("mail"), in_queue("mail_a"), in_queue("mai")])
        .await;
    let service = world.service().await;
    let claimed = world.claim_singly(service, &from_queues(&["mail*"])).await;
    assert_eq!(claimed, [2, 3, 0].map(|place: usize| stored[place].clone()));
    let rest = world.claim_singly(service, &everything()).await;
    assert_eq!(rest, [4, 1].map(|place: usize| stored[place].clone()));
}

pub(crate) async fn takes_a_pattern_literally_but_for_its_star(world: World) {
    // Signs that have a meaning in the patterns of stores, each with a queue that they would mean there.
    for (pattern, meant, not_meant) in [
        ("a_b*", "a_b1", "axb1"),
        ("c%d*", "c%d1", "cxyd1"),
        ("e?f*", "e?f1", "exf1"),
        ("g[hi]j*", "g[hi]j1", "ghj1"),
        ("K*", "K1", "k1"),
        ("l.m*", "l.m1", "lxm1"),
        ("n\\o*", "n\\o1", "no1"),
    ] {
        let stored = world.enqueue_all(vec![in_queue(not_meant), in_queue(meant)]).await;
        let service = world.service().await;
        let claimed = world.claim_from(service, &from_queues(&[pattern]), 10).await;
        assert_eq!(ids(&claimed), stored[1..], "`{pattern}` means `{meant}` and not `{not_meant}`");
    }
}

pub(crate) async fn expands_a_pattern_to_queues_named_before_only_once(world: World) {
    let stored = world.enqueue_all(vec![in_queue("a"), in_queue("c"), in_queue("b")]).await;
    let service = world.service().await;
    let claimed = world.claim_from(service, &from_queues(&["c", "*"]), 10).await;
    assert_eq!(ids(&claimed), [1, 0, 2].map(|place: usize| stored[place].clone()));
}

pub(crate) async fn draws_queues_by_weight(world: World) {
    let queues = QueueOrder::Weighted(vec![("often".to_owned(), 9), ("seldom".to_owned(), 1)]);
    let selection = Arc::new(Selection { queues, classes: ClassSelection::All });
    world.enqueue_all((0..200).flat_map(|_| [in_queue("often"), in_queue("seldom")]).collect()).await;
    let service = world.service().await;
    let mut n_often = 0;
    for _ in 0..150 {
        let claimed = world.claim_from(service, &selection, 1).await;
        assert_eq!(claimed.len(), 1, "a queue that has jobs is not passed over");
        n_often += usize::from(claimed[0].queue == "often");
    }
    // 135 are expected of a fair draw; fewer than 105, or all of them, come less than once in five million runs.
    assert!((105..150).contains(&n_often), "{n_often} of 150 jobs came from a queue of nine tenths of the weight");
    let rest = world.claim_from(service, &selection, 400).await;
    assert_eq!(rest.len(), 250, "one claim goes on with the other queue when the drawn one is empty");
}

pub(crate) async fn goes_by_globs_and_exclusions(world: World) {
    let queues = ["low", "high_2", "critical", "a:b", "high_1", ".hid", "z"];
    let stored = world.enqueue_all(queues.map(in_queue).to_vec()).await;
    let entries = ["c[a-r]*", "high_?", "*", "!l*"].map(str::to_owned);
    let queues = QueueOrder::of_entries(&entries).expect("some are named beside exclusions");
    let selection = Arc::new(Selection { queues, classes: ClassSelection::All });
    let service = world.service().await;
    assert_eq!(
        world.claim_singly(service, &selection).await,
        [2, 4, 1, 3, 6].map(|place: usize| stored[place].clone())
    );
    assert_eq!(world.store.due(&selection).await.expect("a due time is answered"), None, "others are not selected");
}

pub(crate) async fn leaves_a_job_until_it_is_due(world: World) {
    let later = world.enqueue(due(world.in_future(Duration::from_secs(3600)).await)).await;
    let soon_at = world.in_future(Duration::from_millis(100)).await;
    let soon = world.enqueue(due(soon_at)).await;
    let service = world.service().await;
    let claimed = wait_until("a scheduled job becomes due", async || {
        world.reach(soon_at).await;
        world.claim(service, 10).await.pop().ok_or("nothing")
    })
    .await;
    assert_eq!(claimed.id, soon);
    assert!(claimed.due_at <= world.now().await, "no job comes before its time");
    assert_eq!(world.claim_ids(service, 10).await, []);
    assert_eq!(world.state(&later).await, JobState::Scheduled);
}

pub(crate) async fn takes_scheduled_jobs_in_order_of_their_times(world: World) {
    let now = world.now().await;
    let times = [60, 20, 40].map(|milliseconds| saturating_add(now, Duration::from_millis(milliseconds)));
    let stored = world.enqueue_all(times.map(due).to_vec()).await;
    world.reach(times[0]).await;
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 10).await, [1, 2, 0].map(|place: usize| stored[place].clone()));
}

pub(crate) async fn leaves_unknown_classes_in_place(world: World) {
    let stored = world.enqueue_all(vec![of_class("Unknown"), of_class("B"), of_class("Unknown"), of_class("A")]).await;
    let service = world.service().await;
    let claimed = world.claim_from(service, &only_classes(&["A", "B"]), 10).await;
    assert_eq!(ids(&claimed), [stored[1].clone(), stored[3].clone()], "order does not depend on the class");
    for place in [0, 2] {
        let record = world.known(&stored[place]).await;
        assert_eq!((record.state, record.attempt), (JobState::Available, 0), "an unknown class is nobody's to judge");
    }
    assert!(world.claim_from(service, &only_classes(&[]), 10).await.is_empty());
    assert_eq!(world.claim_ids(service, 10).await, [stored[0].clone(), stored[2].clone()]);
}

pub(crate) async fn takes_known_classes_behind_many_unknown_ones(world: World) {
    world.enqueue_all((0..2000).map(|_| of_class("Unknown")).collect()).await;
    let known = world.enqueue(of_class("Known")).await;
    let service = world.service().await;
    let claimed = world.claim_from(service, &only_classes(&["Known"]), 5).await;
    assert_eq!(ids(&claimed), [known]);
}

pub(crate) async fn gives_every_class_to_a_service_of_all(world: World) {
    let stored = world.enqueue_all(vec![of_class("A"), of_class("B"), of_class("A")]).await;
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 10).await, stored);
}

pub(crate) async fn takes_so_many_interrupted_jobs_and_no_more(world: World) {
    let stored = world.enqueue_many(6).await;
    let dying = world.service().await;
    for claimed in world.claim(dying, 2).await {
        world.start(&claimed).await;
    }
    assert_eq!(world.bury(dying).await.n_interrupted, 2);
    let service = world.service().await;
    let claim = async |limit, max_interrupted| {
        let selection = from_queues(&[QUEUE]);
        ids(&world.claim_with(ClaimRequest { service, selection, limit, max_interrupted }).await)
    };
    assert_eq!(claim(2, 0).await, [stored[2].clone(), stored[3].clone()], "jobs behind interrupted ones are claimed");
    assert_eq!(claim(2, 1).await, [stored[0].clone(), stored[4].clone()], "one of them, and the next behind");
    assert_eq!(claim(10, 10).await, [stored[1].clone(), stored[5].clone()]);
}

pub(crate) async fn refuses_a_service_that_is_not_registered(world: World) {
    let id = world.enqueue(job()).await;
    let request =
        ClaimRequest { service: ServiceId::generate(), selection: everything(), limit: 1, max_interrupted: 1 };
    let error = world.store.claim(request).await.expect_err("a stranger gets nothing");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error:?}");
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 1).await, [id]);
}

pub(crate) async fn shows_a_claimed_job_as_available_until_it_starts(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(claimed.attempt, 1);
    assert_eq!(world.state(&id).await, JobState::Available);
    world.start(&claimed).await;
    let record = world.known(&id).await;
    assert_eq!((record.state, record.claimed_by), (JobState::Running, Some(service)));
    world.complete(&claimed).await;
    world.assert_ended(&id, JobState::Completed).await;
}

pub(crate) async fn gives_no_job_to_two_of_many_claimers(world: World) {
    let mut expected = world.enqueue_many(200).await;
    let mut claimers = JoinSet::new();
    for number in 0..8 {
        // Half of the claimers share a handle, the others have one of their own.
        let world = if number % 2 == 0 { world.clone() } else { world.another_handle().await };
        claimers.spawn(async move { claim_and_complete_all(&world).await });
    }
    let mut claimed = claimers.join_all().await.concat();
    claimed.sort();
    expected.sort();
    assert_eq!(claimed, expected);
}

pub(crate) async fn loses_nothing_when_a_claim_is_given_up(world: World) {
    let mut expected = world.enqueue_many(60).await;
    let service = world.service().await;
    for round in 0..20_u32 {
        let claim = world.claim(service, 2);
        // Whether the claim comes to its end is left to chance: in either case the service owns what it took.
        let _ = tokio::time::timeout(Duration::from_micros(u64::from(round) * 250), claim).await;
    }
    world.store.leave(service, Leave::Always).await.expect("a service can always leave");
    let successor = world.service().await;
    let mut claimed = world.claim_singly(successor, &everything()).await;
    claimed.sort();
    expected.sort();
    assert_eq!(claimed, expected);
}

async fn claim_and_complete_all(world: &World) -> Vec<JobId> {
    let service = world.service().await;
    let mut claimed = Vec::new();
    loop {
        let jobs = world.claim(service, 3).await;
        if jobs.is_empty() {
            return claimed;
        }
        for job in &jobs {
            world.complete(job).await;
        }
        claimed.extend(ids(&jobs));
    }
}
