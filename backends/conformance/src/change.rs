//! What people do to jobs: for each state, what each change does.

use std::time::Duration;

use egret_core::{
    Applied, Change, ChangeReport, ClaimedJob, Former, JobFilter, JobId, JobState, Outcome, Release, ServiceId, Target,
    Timestamp,
};

use crate::world::{World, an_error, bound_to, completed, due, in_queue, job, of_class, payload, reenqueued};

const HOUR: Duration = Duration::from_secs(3600);

/// What a change does to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// It is done, and leads to the state; `None` if the job is gone.
    Becomes(Option<JobState>),
    /// The job runs or is about to: it is asked to stop.
    Asked,
    /// The state does not allow it.
    Refused,
}

use Effect::{Asked, Becomes, Refused};
use JobState::{Available, Cancelled, Completed, Discarded, Retryable, Running, Scheduled};

pub(crate) async fn retries_jobs_by_their_states(world: World) {
    let retried = Becomes(Some(Available));
    let effects = [
        (Scheduled, Refused),
        (Available, Refused),
        (Running, Refused),
        (Retryable, retried),
        (Completed, retried),
        (Cancelled, retried),
        (Discarded, retried),
    ];
    check(&world, Change::Retry, effects, Refused).await;
}

pub(crate) async fn runs_jobs_now_by_their_states(world: World) {
    let effects = [
        (Scheduled, Becomes(Some(Available))),
        (Available, Refused),
        (Running, Refused),
        (Retryable, Becomes(Some(Available))),
        (Completed, Refused),
        (Cancelled, Refused),
        (Discarded, Refused),
    ];
    check(&world, Change::RunNow, effects, Refused).await;
}

pub(crate) async fn reschedules_jobs_by_their_states(world: World) {
    let at = world.in_future(HOUR * 3).await;
    let effects = [
        (Scheduled, Becomes(Some(Scheduled))),
        (Available, Becomes(Some(Scheduled))),
        (Running, Refused),
        (Retryable, Becomes(Some(Scheduled))),
        (Completed, Refused),
        (Cancelled, Refused),
        (Discarded, Refused),
    ];
    check(&world, Change::Reschedule(at), effects, Refused).await;
}

pub(crate) async fn cancels_jobs_by_their_states(world: World) {
    let effects = [
        (Scheduled, Becomes(Some(Cancelled))),
        (Available, Becomes(Some(Cancelled))),
        (Running, Asked),
        (Retryable, Becomes(Some(Cancelled))),
        (Completed, Refused),
        (Cancelled, Refused),
        (Discarded, Refused),
    ];
    check(&world, Change::Cancel, effects, Asked).await;
}

pub(crate) async fn deletes_jobs_by_their_states(world: World) {
    let gone = Becomes(None);
    let effects = [
        (Scheduled, gone),
        (Available, gone),
        (Running, Refused),
        (Retryable, gone),
        (Completed, gone),
        (Cancelled, gone),
        (Discarded, gone),
    ];
    check(&world, Change::Delete, effects, Refused).await;
}

pub(crate) async fn names_ids_of_no_job(world: World) {
    let known = world.enqueue(job()).await;
    let unknown = JobId::generate();
    let report = change(&world, &[unknown.clone(), known.clone()], Change::Cancel).await;
    assert_eq!((report.unknown, report.changed), (vec![unknown], vec![known]));
    assert_eq!(change(&world, &[], Change::Cancel).await, ChangeReport::default());
}

pub(crate) async fn retry_resets_the_counters_and_goes_on_counting_attempts(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let mut data = payload(&claimed).clone();
    data.executions = 4;
    data.exception_executions = serde_json::from_str(r#"{"[RuntimeError]": 4}"#).expect("counters are a hash");
    let outcome = Outcome::Reenqueue { data: Box::new(data), at: None, error: Some(an_error()) };
    assert_eq!(world.finish(claimed.token, outcome).await, Applied::Done);
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, Outcome::Discarded { error: an_error() }).await, Applied::Done);
    let report = change(&world, std::slice::from_ref(&id), Change::Retry).await;
    assert_eq!(report.changed, std::slice::from_ref(&id));
    let again = world.claim_one(service).await;
    assert_eq!((&again.id, again.attempt, again.interruptions), (&id, 3, 0));
    assert_eq!(payload(&again).executions, 0);
    assert!(payload(&again).exception_executions.as_ref().is_some_and(serde_json::Map::is_empty));
    assert_eq!(world.store.executions(&id).await.expect("the history is answered").len(), 2, "attempts stay");
    world.complete(&again).await;
    assert_eq!(world.listing(&JobFilter::all()).await.len(), 1, "one job, one record");
}

pub(crate) async fn retry_clears_a_quarantined_job(world: World) {
    let id = world.enqueue(job()).await;
    for _ in 0..egret_core::MAX_INTERRUPTIONS {
        world.interrupt_next().await;
    }
    assert_eq!(world.state(&id).await, Discarded);
    change(&world, std::slice::from_ref(&id), Change::Retry).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!((claimed.id, claimed.interruptions), (id, 0));
}

pub(crate) async fn retry_does_not_double_a_job_whose_id_lives_again(world: World) {
    let data = job();
    let id = world.enqueue(data.clone()).await;
    let service = world.service().await;
    world.perform_one(service).await;
    world.enqueue(data).await;
    let report = change(&world, std::slice::from_ref(&id), Change::Retry).await;
    assert_eq!(report.changed, []);
    assert_eq!(world.claim_ids(service, 2).await, [id]);
}

pub(crate) async fn run_now_makes_a_job_claimable(world: World) {
    let id = world.enqueue(due(world.in_future(HOUR).await)).await;
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 1).await, []);
    change(&world, std::slice::from_ref(&id), Change::RunNow).await;
    let claimed = world.claim_one(service).await;
    assert!(claimed.id == id && claimed.due_at <= world.now().await, "{claimed:?}");
}

pub(crate) async fn reschedule_moves_a_job_to_its_new_time(world: World) {
    let id = world.enqueue(job()).await;
    let at = world.in_future(HOUR).await;
    change(&world, std::slice::from_ref(&id), Change::Reschedule(at)).await;
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 1).await, []);
    assert_eq!(world.known(&id).await.due_at.as_microsecond(), at.as_microsecond());
    let past = world.now().await.checked_sub(HOUR).expect("an hour ago can be written");
    change(&world, std::slice::from_ref(&id), Change::Reschedule(past)).await;
    assert_eq!(world.state(&id).await, Available);
    assert_eq!(world.claim_ids(service, 1).await, [id]);
}

pub(crate) async fn cancel_tells_the_service_that_runs_the_job(world: World) {
    let ids = world.enqueue_many(3).await;
    let service = world.service().await;
    let claimed = world.claim(service, 3).await;
    world.start(&claimed[0]).await;
    let operator = world.another_handle().await;
    let report = change(&operator, &ids[..2], Change::Cancel).await;
    assert_eq!((report.asked, report.changed), (ids[..2].to_vec(), Vec::new()));
    for _ in 0..2 {
        let mut told = world.beat(service, &[&claimed[0]]).await.cancel;
        told.sort();
        let mut expected = ids[..2].to_vec();
        expected.sort();
        assert_eq!(told, expected, "it is told until it has followed");
    }
    assert_eq!(world.finish(claimed[0].token, Outcome::Cancelled { reason: "asked".to_owned() }).await, Applied::Done);
    assert_eq!(world.beat(service, &[]).await.cancel, ids[1..2]);
    world.assert_ended(&ids[0], Cancelled).await;
}

pub(crate) async fn cancel_yields_to_a_job_that_ended_otherwise(world: World) {
    let service = world.service().await;
    let at = world.in_future(HOUR).await;
    let claimed = asked_to_stop(&world, service).await;
    assert_eq!(world.finish(claimed.token, completed()).await, Applied::Done);
    world.assert_ended(&claimed.id, Completed).await;
    let claimed = asked_to_stop(&world, service).await;
    assert_eq!(world.finish(claimed.token, reenqueued(&claimed, Some(at))).await, Applied::Done);
    assert_eq!(world.state(&claimed.id).await, Retryable);
}

pub(crate) async fn cancel_ends_a_released_job(world: World) {
    let service = world.service().await;
    let claimed = asked_to_stop(&world, service).await;
    assert_eq!(world.release_with(Release::unstarted(claimed.token)).await, Applied::Done);
    world.assert_ended(&claimed.id, Cancelled).await;
    assert_eq!(world.claim_ids(service, 1).await, []);
}

pub(crate) async fn cancel_ends_the_job_of_a_dead_service(world: World) {
    let service = world.service().await;
    let claimed = asked_to_stop(&world, service).await;
    world.start(&claimed).await;
    world.bury(service).await;
    world.assert_ended(&claimed.id, Cancelled).await;
    let successor = world.service().await;
    assert_eq!(world.claim_ids(successor, 1).await, []);
}

pub(crate) async fn delete_removes_the_attempts_as_well(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    world.perform_one(service).await;
    assert_eq!(world.store.executions(&id).await.expect("the history is answered").len(), 1);
    change(&world, std::slice::from_ref(&id), Change::Delete).await;
    assert_eq!(world.store.executions(&id).await.expect("the history is answered"), []);
    assert_eq!(world.listing(&JobFilter::all()).await.len(), 0);
}

pub(crate) async fn changes_all_that_a_filter_covers(world: World) {
    let mail = world.enqueue_all(vec![in_queue("mail"), in_queue("mail")]).await;
    let other = world.enqueue(job()).await;
    let target = Target::Filter(JobFilter::all().queue("mail"));
    let mut report = world.store.change(target, Change::Cancel).await.expect("a change is answered");
    report.changed.sort();
    let mut expected = mail.clone();
    expected.sort();
    assert_eq!((report.changed, report.asked, report.refused, report.unknown), (expected, vec![], vec![], vec![]));
    assert_eq!(report.former.iter().map(|former| former.state).collect::<Vec<_>>(), [Available; 2]);
    for id in &mail {
        world.assert_ended(id, Cancelled).await;
    }
    assert_eq!(world.state(&other).await, Available);
}

pub(crate) async fn changes_of_some_only_what_the_filter_still_covers(world: World) {
    let later = world.in_future(HOUR).await;
    let waits = world.enqueue(due(later)).await;
    let moved_on = world.enqueue(due(later)).await;
    let not_named = world.enqueue(due(later)).await;
    let due_at = world.known(&waits).await.due_at;
    assert_eq!(change(&world, std::slice::from_ref(&moved_on), Change::RunNow).await.changed.len(), 1);
    let target = Target::Among {
        ids: vec![waits.clone(), moved_on.clone(), JobId::generate()],
        filter: JobFilter::all().state(Scheduled),
    };
    let report = world.store.change(target, Change::Cancel).await.expect("a change is answered");
    assert_eq!(report, waited(vec![waits.clone()], Scheduled, Some(due_at)));
    world.assert_ended(&waits, Cancelled).await;
    assert_eq!((world.state(&moved_on).await, world.state(&not_named).await), (Available, Scheduled));
}

pub(crate) async fn changes_nothing_of_another_user_and_names_nothing(world: World) {
    let service = world.service().await;
    let ended = world.enqueue(bound_to("6")).await;
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, Outcome::Discarded { error: an_error() }).await, Applied::Done);
    let running = world.enqueue(bound_to("6")).await;
    world.claim_one(service).await;
    let waiting = world.enqueue(bound_to("6")).await;
    let nobodys = world.enqueue(job()).await;
    let foreign = [ended, running, waiting, nobodys];
    let mut before = Vec::new();
    for id in &foreign {
        before.push(world.fingerprint(id).await);
    }
    let mut ids = foreign.to_vec();
    ids.push(JobId::generate());
    for change_by_hand in [Change::Cancel, Change::Delete, Change::Retry] {
        let target = Target::Among { ids: ids.clone(), filter: JobFilter::all().user("5") };
        let report = world.store.change(target, change_by_hand).await.expect("a change is answered");
        assert_eq!(report, ChangeReport::default(), "{change_by_hand:?}");
    }
    for (id, before) in foreign.iter().zip(before) {
        assert_eq!(world.fingerprint(id).await, before);
    }
}

pub(crate) async fn changes_all_of_a_user_and_nothing_of_others(world: World) {
    let service = world.service().await;
    let mut own = vec![world.enqueue(bound_to("5")).await];
    world.perform_one(service).await;
    let foreign = [world.enqueue(bound_to("6")).await, world.enqueue(job()).await];
    own.push(world.enqueue(bound_to("5")).await);
    let target = Target::Among { ids: [own.clone(), foreign.to_vec()].concat(), filter: JobFilter::all().user("5") };
    let one = JobFilter::all().user("5").state(Completed);
    let report = world.store.change(Target::Filter(one), Change::Delete).await.expect("a change is answered");
    assert_eq!(report.changed, own[..1]);
    let report = world.store.change(target, Change::Delete).await.expect("a change is answered");
    assert_eq!(
        (report.changed, report.asked, report.refused, report.unknown),
        (own[1..].to_vec(), vec![], vec![], vec![])
    );
    for id in &foreign {
        assert_eq!(world.state(id).await, Available);
    }
}

pub(crate) async fn changes_what_a_text_stands_in(world: World) {
    let [one, other] = [world.enqueue(job()).await, world.enqueue(of_class("SendInvoice")).await];
    let filter = JobFilter::all().text("invoice");
    let target = Target::Among { ids: vec![one.clone()], filter: filter.clone() };
    let report = world.store.change(target, Change::Cancel).await.expect("a change is answered");
    assert_eq!(report, ChangeReport::default());
    let report = world.store.change(Target::Filter(filter), Change::Cancel).await.expect("a change is answered");
    assert_eq!((report.changed, report.asked, report.refused, report.unknown), (vec![other], vec![], vec![], vec![]));
    assert_eq!(world.state(&one).await, Available);
}

/// Checks what a change does to a job in each state, and to one that is claimed but has not started.
async fn check(world: &World, change_by_hand: Change, effects: [(JobState, Effect); 7], on_claimed: Effect) {
    let service = world.service().await;
    for (state, effect) in effects {
        let id = make(world, service, state).await;
        check_one(world, &id, state, change_by_hand, effect).await;
    }
    let id = world.enqueue(in_queue("claimed")).await;
    let claimed = world.claim_from(service, &crate::world::from_queues(&["claimed"]), 1).await.remove(0);
    check_one(world, &id, Available, change_by_hand, on_claimed).await;
    world.complete(&claimed).await;
}

async fn check_one(world: &World, id: &JobId, state: JobState, change_by_hand: Change, effect: Effect) {
    let what = format!("{change_by_hand:?} of a job that is {state}");
    assert_eq!(world.state(id).await, state, "{what}");
    let (before, due_at) = (world.fingerprint(id).await, world.known(id).await.due_at);
    let report = change(world, std::slice::from_ref(id), change_by_hand).await;
    let ids = vec![id.clone()];
    match effect {
        Becomes(after) => {
            let due_at = (!state.is_terminal()).then_some(due_at);
            assert_eq!(report, waited(ids, state, due_at), "{what}");
            let record = world.record(id).await;
            assert!(after.is_some() || record.is_none(), "{what} leaves {record:?}");
            if let Some(after) = after.filter(|after| !after.is_terminal() || world.can().history) {
                assert_eq!(record.map(|record| record.state), Some(after), "{what}");
            }
        }
        Asked => {
            assert_eq!(report, ChangeReport { asked: ids, ..ChangeReport::default() }, "{what}");
            assert_eq!(world.state(id).await, state, "{what} only asks");
        }
        Refused => {
            let refused = vec![(id.clone(), state)];
            assert_eq!(report, ChangeReport { refused, ..ChangeReport::default() }, "{what}");
            assert_eq!(world.fingerprint(id).await, before, "{what} changes nothing");
        }
    }
}

/// Makes a job in the state, in a queue of its own.
async fn make(world: &World, service: ServiceId, state: JobState) -> JobId {
    use crate::world::Amend;
    let later = world.in_future(HOUR).await;
    if state == Scheduled {
        return world.enqueue(due(later).queued_in("made")).await;
    }
    let queue = format!("made_{state}");
    let id = world.enqueue(in_queue(&queue)).await;
    if state == Available {
        return id;
    }
    let claimed = world.claim_from(service, &crate::world::from_queues(&[&queue]), 1).await.remove(0);
    world.start(&claimed).await;
    let outcome = match state {
        Running => return id,
        Retryable => reenqueued(&claimed, Some(later)),
        Completed => completed(),
        Cancelled => Outcome::Cancelled { reason: "no".to_owned() },
        Discarded => Outcome::Discarded { error: an_error() },
        other => unreachable!("no case makes a job that is {other}"),
    };
    assert_eq!(world.finish(claimed.token, outcome).await, Applied::Done);
    id
}

/// The report of jobs that were changed and stood like this before.
fn waited(changed: Vec<JobId>, state: JobState, due_at: Option<Timestamp>) -> ChangeReport {
    let former = vec![Former { state, due_at }; changed.len()];
    ChangeReport { changed, former, ..ChangeReport::default() }
}

/// A claimed job of the default queue that a person has cancelled.
async fn asked_to_stop(world: &World, service: ServiceId) -> ClaimedJob {
    let id = world.enqueue(job()).await;
    let claimed = world.claim_one(service).await;
    let report = change(world, std::slice::from_ref(&id), Change::Cancel).await;
    assert_eq!(report.asked, [id]);
    claimed
}

async fn change(world: &World, ids: &[JobId], change: Change) -> ChangeReport {
    world.store.change(Target::Ids(ids.to_vec()), change).await.expect("a change is answered")
}
