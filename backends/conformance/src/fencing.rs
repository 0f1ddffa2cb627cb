//! Writes of owners whose claim has been replaced: refused as stale, and nothing at all is changed.

use egret_core::{
    Applied, ClaimToken, ClaimedJob, Finish, JobState, Leave, LogLine, LogSource, NewJob, Note, Origin, Outcome,
    Progress, Release, ServiceId,
};
use tokio::task::JoinSet;

use crate::world::{World, an_error, completed, job, payload, reenqueued};

pub(crate) async fn refuses_a_finish_under_a_replaced_token(world: World) {
    let (stale, held) = claimed_twice(&world).await;
    let before = world.fingerprint(&held.id).await;
    let until = world.now().await;
    for outcome in [
        completed(),
        reenqueued(&stale, None),
        reenqueued(&stale, Some(until)),
        Outcome::Failed { error: an_error() },
        Outcome::Discarded { error: an_error() },
        Outcome::Cancelled { reason: "late".to_owned() },
        Outcome::Snoozed { until },
        Outcome::AcknowledgedBeforeRun,
    ] {
        let shown = format!("{outcome:?}");
        assert_eq!(world.finish(stale.token, outcome).await, Applied::Stale, "{shown}");
        assert_eq!(world.fingerprint(&held.id).await, before, "{shown}");
    }
    world.complete(&held).await;
}

pub(crate) async fn refuses_a_release_under_a_replaced_token(world: World) {
    let (stale, held) = claimed_twice(&world).await;
    let before = world.fingerprint(&held.id).await;
    let began = Release {
        started_at: Some(world.now().await),
        log_lines: lines(&world, "late").await,
        ..Release::unstarted(stale.token)
    };
    for release in [Release::unstarted(stale.token), began] {
        assert_eq!(world.release_with(release).await, Applied::Stale);
        assert_eq!(world.fingerprint(&held.id).await, before);
    }
    world.complete(&held).await;
}

pub(crate) async fn refuses_a_note_under_a_replaced_token(world: World) {
    let (stale, held) = claimed_twice(&world).await;
    let before = world.fingerprint(&held.id).await;
    let mut checkpoint = payload(&stale).clone();
    checkpoint.executions = 99;
    let note = Note {
        token: stale.token,
        started_at: world.now().await,
        progress: Some(Progress { current: 5, total: Some(10) }),
        checkpoint: Some(Box::new(checkpoint)),
        log_lines: lines(&world, "late").await,
    };
    let applied = world.store.note(vec![note]).await.expect("a note is answered");
    assert_eq!(applied, [Applied::Stale]);
    assert_eq!(world.fingerprint(&held.id).await, before);
    world.complete(&held).await;
}

pub(crate) async fn refuses_writes_when_the_same_service_claimed_again(world: World) {
    world.enqueue(job()).await;
    let service = world.service().await;
    let stale = world.claim_one(service).await;
    world.release(&stale).await;
    let held = world.claim_one(service).await;
    assert_eq!(held.id, stale.id);
    refuses_everything(&world, &stale, &held).await;
}

pub(crate) async fn refuses_writes_when_a_service_of_the_same_name_claimed_again(world: World) {
    world.enqueue(job()).await;
    let (stale, _) = world.interrupt_next().await;
    let successor = world.service().await;
    assert_ne!(successor, stale.token.service, "a nonce is never used again");
    let held = world.claim_one(successor).await;
    refuses_everything(&world, &stale, &held).await;
}

pub(crate) async fn refuses_writes_of_a_service_that_was_buried(world: World) {
    let id = world.enqueue(job()).await;
    let (stale, _) = world.interrupt_next().await;
    let before = world.fingerprint(&id).await;
    assert_eq!(world.finish(stale.token, completed()).await, Applied::Stale);
    assert_eq!(world.release_with(Release::unstarted(stale.token)).await, Applied::Stale);
    assert_eq!(world.fingerprint(&id).await, before);
    let service = world.service().await;
    assert_eq!(world.perform_one(service).await, id);
}

pub(crate) async fn refuses_writes_of_a_service_that_left(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let stale = world.claim_one(service).await;
    world.store.leave(service, Leave::Always).await.expect("a service can always leave");
    assert_eq!(world.finish(stale.token, completed()).await, Applied::Stale);
    let successor = world.service().await;
    assert_eq!(world.perform_one(successor).await, id);
}

pub(crate) async fn refuses_a_second_finish(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.complete(&claimed).await;
    let before = world.fingerprint(&id).await;
    assert_eq!(world.finish(claimed.token, Outcome::Failed { error: an_error() }).await, Applied::Stale);
    assert_eq!(world.release_with(Release::unstarted(claimed.token)).await, Applied::Stale);
    assert_eq!(world.fingerprint(&id).await, before);
}

pub(crate) async fn refuses_writes_after_an_acknowledgement(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let acknowledgement = Finish::new(claimed.token, Outcome::AcknowledgedBeforeRun, None, world.now().await);
    assert_eq!(world.finish_with(acknowledgement).await, Applied::Done);
    let before = world.fingerprint(&id).await;
    assert_eq!(world.finish(claimed.token, reenqueued(&claimed, None)).await, Applied::Stale);
    assert_eq!(world.release_with(Release::unstarted(claimed.token)).await, Applied::Stale);
    assert_eq!(world.fingerprint(&id).await, before);
}

pub(crate) async fn refuses_a_token_that_was_never_given(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let held = world.claim_one(service).await;
    let before = world.fingerprint(&id).await;
    let next = ClaimToken { claim: held.token.claim + 1, ..held.token };
    let stranger = ClaimToken { service: ServiceId::generate(), ..held.token };
    let elsewhere = ClaimToken { record: held.token.record + 1_000_000, claim: held.token.claim + 1, ..held.token };
    for token in [next, stranger, elsewhere] {
        assert_eq!(world.finish(token, completed()).await, Applied::Stale, "{token:?}");
    }
    assert_eq!(world.fingerprint(&id).await, before);
    world.complete(&held).await;
}

pub(crate) async fn applies_no_follow_up_of_a_stale_finish(world: World) {
    let (stale, held) = claimed_twice(&world).await;
    let now = world.now().await;
    let follow_ups = vec![NewJob::new(job(), Origin::Application)];
    let finish = Finish { follow_ups, ..Finish::new(stale.token, completed(), Some(now), now) };
    assert_eq!(world.finish_with(finish).await, Applied::Stale);
    assert_eq!(world.live_ids().await, [held.id], "no job came of a stale finish");
}

pub(crate) async fn applies_the_good_part_of_a_batch_with_a_stale_one(world: World) {
    let (stale, held) = claimed_twice(&world).await;
    let other = world.enqueue(job()).await;
    let claimed = world.claim_one(held.token.service).await;
    let before = world.fingerprint(&held.id).await;
    let now = world.now().await;
    let finishes = [stale.token, claimed.token].map(|token| Finish::new(token, completed(), Some(now), now)).to_vec();
    let applied = world.store.finish(finishes).await.expect("a batch is answered");
    assert_eq!(applied, [Applied::Stale, Applied::Done]);
    assert_eq!(world.fingerprint(&held.id).await, before);
    world.assert_ended(&other, JobState::Completed).await;
}

pub(crate) async fn ignores_marks_under_a_replaced_token(world: World) {
    let (stale, held) = claimed_twice(&world).await;
    world.store.mark_started(stale.token);
    let orders = world.beat(held.token.service, &[]).await;
    assert_eq!(orders.lost, []);
    assert_eq!(world.state(&held.id).await, JobState::Available, "the job of the held claim has not begun");
    world.start(&held).await;
    world.store.mark_ended(stale.token);
    assert_eq!(world.state(&held.id).await, JobState::Running);
    world.complete(&held).await;
}

pub(crate) async fn applies_one_of_many_finishes_at_once(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let mut finishes = JoinSet::new();
    for number in 0..8 {
        let world = if number % 2 == 0 { world.clone() } else { world.another_handle().await };
        let token = claimed.token;
        finishes.spawn(async move { world.finish(token, completed()).await });
    }
    let applied = finishes.join_all().await;
    assert_eq!(applied.iter().filter(|applied| **applied == Applied::Done).count(), 1, "{applied:?}");
    world.assert_ended(&id, JobState::Completed).await;
}

/// A job under two claims of different services, of which the second holds it.
async fn claimed_twice(world: &World) -> (ClaimedJob, ClaimedJob) {
    world.enqueue(job()).await;
    let (first, second) = (world.service().await, world.service().await);
    let stale = world.claim_one(first).await;
    world.release(&stale).await;
    let held = world.claim_one(second).await;
    assert_eq!(held.id, stale.id);
    assert_ne!(held.token, stale.token);
    (stale, held)
}

/// Tries every kind of write under a stale token, then ends the held claim.
async fn refuses_everything(world: &World, stale: &ClaimedJob, held: &ClaimedJob) {
    let before = world.fingerprint(&held.id).await;
    assert_eq!(world.finish(stale.token, completed()).await, Applied::Stale);
    assert_eq!(world.release_with(Release::unstarted(stale.token)).await, Applied::Stale);
    if world.can().notes {
        let log_lines = lines(world, "late").await;
        let started_at = world.now().await;
        let note = Note { token: stale.token, started_at, progress: None, checkpoint: None, log_lines };
        assert_eq!(world.store.note(vec![note]).await.expect("a note is answered"), [Applied::Stale]);
    }
    assert_eq!(world.fingerprint(&held.id).await, before);
    world.complete(held).await;
}

async fn lines(world: &World, text: &str) -> Vec<LogLine> {
    vec![LogLine { at: world.now().await, source: LogSource::Info, text: text.to_owned() }]
}
