//! What stays of attempts: one execution each, with its own lines.

use egret_core::{
    Applied, ExecutionState, Finish, JobFilter, JobId, JobState, LogQuery, LogSource, Outcome, ProcessIdentity,
};

use crate::note::{line, shown, whole_log};
use crate::world::{World, an_error, completed, in_queue, job, reenqueued};

pub(crate) async fn keeps_one_execution_for_each_attempt(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    for _ in 0..2 {
        let claimed = world.claim_one(service).await;
        assert_eq!(world.finish(claimed.token, reenqueued(&claimed, None)).await, Applied::Done);
    }
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, Outcome::Snoozed { until: world.now().await }).await, Applied::Done);
    world.perform_one(service).await;
    let executions = world.store.executions(&id).await.expect("the history is answered");
    let states: Vec<_> = executions.iter().map(|execution| (execution.attempt, execution.state)).collect();
    use ExecutionState::{Completed, Failed, Snoozed};
    assert_eq!(states, [(1, Failed), (2, Failed), (3, Snoozed), (4, Completed)]);
    assert_eq!(executions[0].error, Some(an_error()));
    assert_eq!((&executions[2].error, &executions[3].error), (&None, &None));
}

pub(crate) async fn tells_where_and_when_an_attempt_ran(world: World) {
    let id = world.enqueue(in_queue("mail")).await;
    let service = world.service().await;
    let claimed = world.claim_from(service, &crate::world::everything(), 1).await.remove(0);
    let started_at = world.now().await;
    let closed_at = world.in_future(std::time::Duration::from_millis(3)).await;
    let finish = Finish::new(claimed.token, completed(), Some(started_at), closed_at);
    assert_eq!(world.finish_with(finish).await, Applied::Done);
    let executions = world.store.executions(&id).await.expect("the history is answered");
    let execution = executions.first().expect("an attempt was made");
    assert_eq!((execution.queue.as_str(), execution.class.as_str()), ("mail", "ReportJob"));
    let microseconds = [execution.started_at, execution.closed_at].map(|at| at.map(|at| at.as_microsecond()));
    assert_eq!(microseconds, [started_at, closed_at].map(|at| Some(at.as_microsecond())));
    let here = ProcessIdentity::current();
    assert_eq!(
        (execution.runner.service, &execution.runner.host, execution.runner.pid),
        (service, &here.host, here.pid)
    );
}

pub(crate) async fn keeps_the_outcome_of_each_kind_of_end(world: World) {
    let ends = [
        (completed(), ExecutionState::Completed, JobState::Completed),
        (Outcome::Discarded { error: an_error() }, ExecutionState::Failed, JobState::Discarded),
        (Outcome::Cancelled { reason: "no".to_owned() }, ExecutionState::Cancelled, JobState::Cancelled),
    ];
    let service = world.service().await;
    for (outcome, execution_state, job_state) in ends {
        let id = world.enqueue(job()).await;
        let claimed = world.claim_one(service).await;
        assert_eq!(world.finish(claimed.token, outcome).await, Applied::Done);
        assert_eq!(world.state(&id).await, job_state);
        let executions = world.store.executions(&id).await.expect("the history is answered");
        assert_eq!(executions.iter().map(|execution| execution.state).collect::<Vec<_>>(), [execution_state]);
    }
}

pub(crate) async fn keeps_the_lines_of_each_attempt_apart(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    for attempt in 1..=2 {
        let claimed = world.claim_one(service).await;
        let now = world.now().await;
        let log_lines = vec![line(&world, LogSource::Info, &format!("attempt {attempt}")).await];
        let finish = Finish { log_lines, ..Finish::new(claimed.token, reenqueued(&claimed, None), Some(now), now) };
        assert_eq!(world.finish_with(finish).await, Applied::Done);
    }
    for attempt in 1..=2 {
        let excerpt = world.store.log_lines(&whole_log(&id, attempt)).await.expect("the lines are answered");
        let texts: Vec<_> = excerpt.lines.iter().map(|line| line.text.clone()).collect();
        assert_eq!(texts, [format!("attempt {attempt}")], "attempt 2 does not erase attempt 1");
    }
}

pub(crate) async fn gives_lines_from_a_place_on(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let mut log_lines = Vec::new();
    for number in 0..10 {
        log_lines.push(line(&world, LogSource::Stdout, &format!("line {number}")).await);
    }
    let now = world.now().await;
    let finish = Finish { log_lines: log_lines.clone(), ..Finish::new(claimed.token, completed(), Some(now), now) };
    assert_eq!(world.finish_with(finish).await, Applied::Done);
    let mut query = LogQuery { job_id: id, attempt: 1, after: 0, limit: 4 };
    let mut read = Vec::new();
    for n_expected in [4, 4, 2, 0] {
        let excerpt = world.store.log_lines(&query).await.expect("the lines are answered");
        assert_eq!(excerpt.lines.len(), n_expected);
        read.extend(excerpt.lines);
        assert_eq!(excerpt.position, read.len() as u64);
        query.after = excerpt.position;
    }
    assert_eq!(shown(&read), shown(&log_lines));
}

pub(crate) async fn knows_no_attempts_of_an_unknown_job(world: World) {
    let unknown = JobId::generate();
    assert_eq!(world.store.executions(&unknown).await.expect("the history is answered"), []);
    let excerpt = world.store.log_lines(&whole_log(&unknown, 1)).await.expect("the lines are answered");
    assert_eq!(excerpt.lines, []);
    let waiting = world.enqueue(job()).await;
    assert_eq!(world.store.executions(&waiting).await.expect("the history is answered"), []);
}

pub(crate) async fn lists_finished_jobs_latest_first(world: World) {
    let service = world.service().await;
    let mut finished = Vec::new();
    for _ in 0..3 {
        let id = world.enqueue(job()).await;
        let claimed = world.claim_one(service).await;
        // Ends at the same microsecond could be listed in any order.
        world.reach(world.in_future(std::time::Duration::from_millis(1)).await).await;
        world.complete(&claimed).await;
        finished.insert(0, id);
    }
    let records = world.listing(&JobFilter::all().state(JobState::Completed)).await;
    assert_eq!(records.into_iter().map(|record| record.id).collect::<Vec<_>>(), finished);
}
