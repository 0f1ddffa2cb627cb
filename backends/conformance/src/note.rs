//! What is written under a claim while it lasts: progress, checkpoints and log lines.

use egret_core::{
    Applied, ClaimedJob, ExecutionState, Finish, JobState, LogLine, LogQuery, LogSource, Note, Progress, Release,
};

use crate::world::{World, completed, job, payload};

pub(crate) async fn shows_the_job_as_running(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(note(&world, nothing(&world, &claimed).await).await, Applied::Done);
    let record = world.known(&id).await;
    assert_eq!((record.state, record.claimed_by), (JobState::Running, Some(service)));
    assert!(record.started_at.is_some(), "{record:?}");
    world.complete(&claimed).await;
    world.assert_ended(&id, JobState::Completed).await;
}

pub(crate) async fn shows_the_attempt_as_running(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let started_at = world.now().await;
    let written = Note { started_at, ..nothing(&world, &claimed).await };
    assert_eq!(note(&world, written).await, Applied::Done);
    let executions = world.store.executions(&id).await.expect("the history is answered");
    assert_eq!(executions.len(), 1, "{executions:?}");
    let execution = &executions[0];
    assert_eq!((execution.attempt, execution.state), (1, ExecutionState::Running));
    assert_eq!(execution.closed_at, None);
    assert_eq!(execution.started_at.map(|at| at.as_microsecond()), Some(started_at.as_microsecond()));
    assert_eq!(execution.runner.service, service);
    world.complete(&claimed).await;
    let executions = world.store.executions(&id).await.expect("the history is answered");
    assert_eq!(executions.len(), 1, "the attempt that ran is the one that ended: {executions:?}");
    assert_eq!(executions[0].state, ExecutionState::Completed);
}

pub(crate) async fn keeps_a_checkpoint_for_the_next_run(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let mut checkpoint = payload(&claimed).clone();
    let cursor =
        serde_json::value::to_raw_value(&serde_json::json!({ "completed": ["fetch"], "current": ["send", 7] }));
    checkpoint.set_extra("continuation", cursor.expect("a cursor is JSON"));
    let written = Note { checkpoint: Some(Box::new(checkpoint)), ..nothing(&world, &claimed).await };
    assert_eq!(note(&world, written).await, Applied::Done);
    let release = Release { started_at: Some(world.now().await), ..Release::unstarted(claimed.token) };
    assert_eq!(world.release_with(release).await, Applied::Done);
    let again = world.claim_one(service).await;
    assert_eq!((&again.id, again.attempt), (&id, 1));
    let cursor = payload(&again).extra_value("continuation").map(serde_json::value::RawValue::get);
    assert_eq!(cursor, Some(r#"{"completed":["fetch"],"current":["send",7]}"#));
}

pub(crate) async fn keeps_a_checkpoint_when_the_service_dies(world: World) {
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let mut checkpoint = payload(&claimed).clone();
    checkpoint.executions = 3;
    let written = Note { checkpoint: Some(Box::new(checkpoint)), ..nothing(&world, &claimed).await };
    assert_eq!(note(&world, written).await, Applied::Done);
    world.bury(service).await;
    let successor = world.service().await;
    assert_eq!(payload(&world.claim_one(successor).await).executions, 3);
}

pub(crate) async fn accepts_progress_with_and_without_an_end(world: World) {
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    for progress in [
        Progress { current: 0, total: Some(10) },
        Progress { current: 10, total: Some(10) },
        Progress { current: u64::from(u32::MAX) * 2, total: None },
    ] {
        let written = Note { progress: Some(progress), ..nothing(&world, &claimed).await };
        assert_eq!(note(&world, written).await, Applied::Done, "{progress:?}");
    }
    world.complete(&claimed).await;
}

pub(crate) async fn keeps_lines_of_notes_and_of_the_finish_in_order(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let written = [line(&world, LogSource::Info, "one").await, line(&world, LogSource::Stderr, "two ⚙").await];
    for line in &written {
        let note_of_line = Note { log_lines: vec![line.clone()], ..nothing(&world, &claimed).await };
        assert_eq!(note(&world, note_of_line).await, Applied::Done);
    }
    let last = line(&world, LogSource::Error, "").await;
    let now = world.now().await;
    let finish = Finish { log_lines: vec![last.clone()], ..Finish::new(claimed.token, completed(), Some(now), now) };
    assert_eq!(world.finish_with(finish).await, Applied::Done);
    let excerpt = world.store.log_lines(&whole_log(&id, 1)).await.expect("the lines are answered");
    assert_eq!(shown(&excerpt.lines), shown(&[&written[..], &[last]].concat()));
    assert_eq!(excerpt.position, 3);
}

pub(crate) async fn keeps_lines_of_a_release(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let release = Release {
        started_at: Some(world.now().await),
        log_lines: vec![line(&world, LogSource::Warn, "the service stops").await],
        ..Release::unstarted(claimed.token)
    };
    assert_eq!(world.release_with(release).await, Applied::Done);
    let excerpt = world.store.log_lines(&whole_log(&id, 1)).await.expect("the lines are answered");
    assert_eq!(excerpt.lines.len(), 1);
    assert_eq!(excerpt.lines[0].text, "the service stops");
}

pub(crate) async fn answers_each_note_of_a_batch(world: World) {
    world.enqueue_many(2).await;
    let service = world.service().await;
    let claimed = world.claim(service, 2).await;
    world.complete(&claimed[0]).await;
    let notes = vec![nothing(&world, &claimed[0]).await, nothing(&world, &claimed[1]).await];
    let applied = world.store.note(notes).await.expect("a batch is answered");
    assert_eq!(applied, [Applied::Stale, Applied::Done]);
    assert!(world.store.note(Vec::new()).await.expect("an empty batch is answered").is_empty());
}

/// A note that only says that the job runs.
async fn nothing(world: &World, claimed: &ClaimedJob) -> Note {
    let started_at = world.now().await;
    Note { token: claimed.token, started_at, progress: None, checkpoint: None, log_lines: Vec::new() }
}

async fn note(world: &World, note: Note) -> Applied {
    let mut applied = world.store.note(vec![note]).await.expect("a note is answered");
    assert_eq!(applied.len(), 1, "one answer a note");
    applied.remove(0)
}

pub(crate) async fn line(world: &World, source: LogSource, text: &str) -> LogLine {
    LogLine { at: world.now().await, source, text: text.to_owned() }
}

/// What of a line must be kept: its time to the microsecond, its source and its text.
pub(crate) fn shown(lines: &[LogLine]) -> Vec<(i64, LogSource, String)> {
    lines.iter().map(|line| (line.at.as_microsecond(), line.source, line.text.clone())).collect()
}

pub(crate) fn whole_log(id: &egret_core::JobId, attempt: u32) -> LogQuery {
    LogQuery { job_id: id.clone(), attempt, after: 0, limit: 1000 }
}
