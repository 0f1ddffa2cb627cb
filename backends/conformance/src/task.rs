//! Tasks: who has one and until when, what is written of it, and what a person can do about it.
//!
//! Cases are named after the acceptance cases of SHIRASAGI 1.21.0 (`spec/models/ss/task_spec.rb`,
//! `spec/jobs/ss/task_sweep_job_spec.rb`), with the death of the owner in the place of the fixed two hours.

use std::time::Duration;

use egret_core::{
    Applied, BeginTask, ClaimedJob, CloseTask, ErrorKind, LimitReached, LiveOwner, LogLine, LogSource, MAX_TASK_LINES,
    Page, PruneTasks, TaskBegun, TaskEnding, TaskFilter, TaskHold, TaskLogQuery, TaskNote, TaskNoted, TaskOwner,
    TaskRecord, TaskRefusal, TaskStage, TaskState, TaskToken, Timestamp, UserLimit,
};
use tokio::task::JoinSet;

use crate::world::{World, bound_to, completed, job};

const NAME: &str = "cms:generate_pages";
const STARTED: TaskStage = TaskStage::Running;
const READY: TaskStage = TaskStage::Ready;

impl World {
    async fn begin(&self, stage: TaskStage, owner: TaskOwner) -> TaskBegun {
        self.begin_named(NAME, stage, owner).await
    }

    async fn begin_named(&self, name: &str, stage: TaskStage, owner: TaskOwner) -> TaskBegun {
        let begin = BeginTask { name: name.to_owned(), stage, owner, user_limit: None };
        self.store.begin_task(begin).await.expect("the wish for a task is answered")
    }

    /// Takes the task for this process; it must be free.
    async fn hold(&self, stage: TaskStage) -> TaskHold {
        held(self.begin(stage, TaskOwner::Process).await)
    }

    async fn task(&self) -> TaskRecord {
        self.store.find_task(NAME).await.expect("a task is looked up").expect("there is a task")
    }

    async fn note_lines(&self, token: TaskToken, lines: &[&str]) -> TaskNoted {
        let note = TaskNote { log_lines: written(lines), ..TaskNote::new(token) };
        self.store.note_task(note).await.expect("a note is answered")
    }

    async fn end(&self, token: TaskToken, ending: TaskEnding) -> Applied {
        let close = CloseTask { note: TaskNote::new(token), ending };
        self.store.close_task(close).await.expect("a close is answered")
    }

    /// Runs the task once, with a line, and answers the number of the run.
    async fn run_logged(&self, line: &str) -> u64 {
        let hold = self.hold(STARTED).await;
        let close = CloseTask {
            note: TaskNote { log_lines: written(&[line]), ..TaskNote::new(hold.token) },
            ending: TaskEnding::Completed,
        };
        assert_eq!(self.store.close_task(close).await.expect("a close is answered"), Applied::Done);
        hold.log_sequence
    }

    async fn task_lines(&self, sequence: u64) -> Vec<String> {
        let query = TaskLogQuery { name: NAME.to_owned(), sequence, after: 0, limit: usize::MAX };
        let excerpt = self.store.task_log(&query).await.expect("a log is read");
        excerpt.lines.into_iter().map(|line| line.text).collect()
    }

    /// A claim of a service, whose job can own a task.
    async fn claimed(&self) -> ClaimedJob {
        self.enqueue(job()).await;
        let service = self.service().await;
        self.claim_one(service).await
    }

    /// Leaves a task behind in the state, whoever has it meanwhile.
    async fn task_in(&self, state: TaskState) {
        match state {
            TaskState::Ready => {
                self.hold(READY).await;
            }
            TaskState::Running => {
                self.hold(STARTED).await;
            }
            closed => {
                // With everything that a new beginning must take back.
                let hold = self.hold(STARTED).await;
                self.store.interrupt_task(NAME).await.expect("a running task can be interrupted");
                let note = TaskNote { current_count: 7, total_count: 9, ..TaskNote::new(hold.token) };
                let close = CloseTask { note, ending: ending(closed) };
                assert_eq!(self.store.close_task(close).await.expect("a close is answered"), Applied::Done);
                let ended = self.task().await;
                assert_eq!((ended.current_count, ended.total_count, ended.closed_at.is_some()), (7, 9, true));
            }
        }
        assert_eq!(self.task().await.state, state);
    }

    async fn prune_tasks(&self, prune: PruneTasks) -> (Vec<String>, u64) {
        let pruned = self.store.prune_tasks(prune).await.expect("a prune is answered");
        (pruned.tasks, pruned.n_logs)
    }
}

fn held(begun: TaskBegun) -> TaskHold {
    match begun {
        TaskBegun::Held(hold) => hold,
        TaskBegun::Refused(refusal) => panic!("the task is not free: {refusal}"),
    }
}

fn of(claimed: &ClaimedJob) -> TaskOwner {
    TaskOwner::Claim { token: claimed.token, job_id: claimed.id.clone() }
}

fn ending(state: TaskState) -> TaskEnding {
    let endings = [TaskEnding::Stop, TaskEnding::Completed, TaskEnding::Failed, TaskEnding::Interrupted];
    endings.into_iter().find(|ending| ending.state() == state).expect("the state is a closed one")
}

fn written(lines: &[&str]) -> Vec<LogLine> {
    let line = |text: &&str| LogLine { at: Timestamp::UNIX_EPOCH, source: LogSource::Info, text: (*text).to_owned() };
    lines.iter().map(line).collect()
}

const CLOSED: [TaskState; 4] = [TaskState::Stop, TaskState::Completed, TaskState::Failed, TaskState::Interrupted];

pub(crate) async fn k1_runs_until_the_claim_of_its_owner_ends(world: World) {
    let claimed = world.claimed().await;
    held(world.begin(STARTED, of(&claimed)).await);
    let other = world.another_handle().await;
    let running = other.task().await;
    assert_eq!((running.state, running.has_lost_owner), (TaskState::Running, false));
    let owner = running.owner.expect("a running task has an owner");
    assert_eq!((owner.service, owner.job_id), (Some(claimed.token.service), Some(claimed.id.clone())));
    world.complete(&claimed).await;
    let ended = other.task().await;
    assert_eq!((ended.state, ended.has_lost_owner, ended.owner), (TaskState::Interrupted, true, None));
}

pub(crate) async fn k1_runs_until_the_service_of_its_owner_dies(world: World) {
    let claimed = world.claimed().await;
    held(world.begin(STARTED, of(&claimed)).await);
    world.bury(claimed.token.service).await;
    let ended = world.task().await;
    assert_eq!((ended.state, ended.has_lost_owner), (TaskState::Interrupted, true));
}

pub(crate) async fn k1_runs_until_its_process_abandons_it(world: World) {
    let hold = world.hold(STARTED).await;
    let other = world.another_handle().await;
    assert_eq!(other.task().await.state, TaskState::Running);
    world.store.abandon_task(hold.token);
    let ended = other.task().await;
    assert_eq!((ended.state, ended.has_lost_owner, ended.owner), (TaskState::Interrupted, true, None));
    assert_eq!(world.note_lines(hold.token, &["late"]).await, TaskNoted::Stale);
}

pub(crate) async fn k2_is_made_ready_from_every_closed_state(world: World) {
    for state in CLOSED {
        world.task_in(state).await;
        let hold = world.hold(READY).await;
        let ready = world.task().await;
        assert_eq!(ready.state, TaskState::Ready, "from {state}");
        assert_eq!((ready.is_interrupt_asked, ready.started_at, ready.closed_at), (false, None, None));
        assert_eq!((ready.current_count, ready.total_count), (0, 0));
        assert_eq!(world.end(hold.token, TaskEnding::Stop).await, Applied::Done);
    }
}

pub(crate) async fn k2_is_not_made_ready_while_it_is_ready_or_running(world: World) {
    let hold = world.hold(READY).await;
    let other = world.another_handle().await;
    let refused = other.begin(READY, TaskOwner::Process).await;
    assert_eq!(refused, TaskBegun::Refused(TaskRefusal::AlreadyReady { name: NAME.to_owned() }));
    assert_eq!(world.end(hold.token, TaskEnding::Stop).await, Applied::Done);
    world.hold(STARTED).await;
    let refused = other.begin(READY, TaskOwner::Process).await;
    assert!(matches!(refused, TaskBegun::Refused(TaskRefusal::AlreadyRunning { .. })), "{refused:?}");
}

pub(crate) async fn k2_is_made_ready_again_when_its_owner_is_gone(world: World) {
    for stage in [READY, STARTED] {
        let lost = world.hold(stage).await;
        world.store.abandon_task(lost.token);
        let other = world.another_handle().await;
        let hold = other.hold(READY).await;
        assert_eq!(other.task().await.state, TaskState::Ready);
        assert_eq!(other.end(hold.token, TaskEnding::Stop).await, Applied::Done);
    }
}

pub(crate) async fn k2_is_not_made_ready_for_a_user_at_his_limit(world: World) {
    world.enqueue(bound_to("5")).await;
    let begin = |stage, limit| BeginTask {
        name: NAME.to_owned(),
        stage,
        owner: TaskOwner::Process,
        user_limit: Some(UserLimit { user_id: "5".to_owned(), limit }),
    };
    let refused = world.store.begin_task(begin(READY, 1)).await.expect("the wish for a task is answered");
    let limit = LimitReached::PerUser { user_id: "5".to_owned(), limit: 1 };
    assert_eq!(refused, TaskBegun::Refused(TaskRefusal::Limit(limit)));
    held(world.store.begin_task(begin(READY, 2)).await.expect("the wish for a task is answered"));
    assert_eq!(world.task().await.user_id.as_deref(), Some("5"));
}

pub(crate) async fn k3_starts_from_every_state_but_running(world: World) {
    for state in CLOSED.into_iter().chain([TaskState::Ready]) {
        world.task_in(state).await;
        let other = world.another_handle().await;
        let hold = other.hold(STARTED).await;
        let running = world.task().await;
        assert_eq!(running.state, TaskState::Running, "from {state}");
        assert!(running.started_at.is_some() && running.closed_at.is_none(), "{running:?}");
        assert_eq!((running.current_count, running.total_count, running.is_interrupt_asked), (0, 0, false));
        assert_eq!(other.end(hold.token, TaskEnding::Completed).await, Applied::Done);
    }
}

pub(crate) async fn k3_does_not_start_while_it_runs_and_its_owner_lives(world: World) {
    world.hold(STARTED).await;
    let other = world.another_handle().await;
    let claimed = other.claimed().await;
    for owner in [TaskOwner::Process, of(&claimed)] {
        let refused = other.begin(STARTED, owner).await;
        assert!(matches!(refused, TaskBegun::Refused(TaskRefusal::AlreadyRunning { .. })), "{refused:?}");
    }
}

pub(crate) async fn k3_starts_again_when_its_owner_is_gone(world: World) {
    let lost = world.claimed().await;
    held(world.begin(STARTED, of(&lost)).await);
    world.complete(&lost).await;
    let hold = world.hold(STARTED).await;
    world.store.abandon_task(hold.token);
    let claimed = world.claimed().await;
    let hold = held(world.begin(STARTED, of(&claimed)).await);
    assert_eq!(world.end(hold.token, TaskEnding::Completed).await, Applied::Done);
    assert!(!world.task().await.has_lost_owner, "the last owner closed it");
}

pub(crate) async fn k5_a_refused_start_changes_nothing(world: World) {
    let hold = world.hold(STARTED).await;
    let note = TaskNote { current_count: 7, total_count: 9, ..TaskNote::new(hold.token) };
    assert_eq!(world.store.note_task(note).await.expect("a note is answered"), TaskNoted::GoOn);
    let before = world.task().await;
    let refused = world.another_handle().await.begin(STARTED, TaskOwner::Process).await;
    let since = before.started_at.expect("a running task has started");
    assert_eq!(refused, TaskBegun::Refused(TaskRefusal::AlreadyRunning { name: NAME.to_owned(), since }));
    assert_eq!(world.task().await, before);
}

pub(crate) async fn k9_each_logged_run_has_a_number_and_lines_of_its_own(world: World) {
    assert!(world.store.task_runs(NAME).await.expect("runs are listed").is_empty());
    for n in 1..=3 {
        assert_eq!(world.run_logged(&format!("run {n}")).await, n);
        let runs = world.store.task_runs(NAME).await.expect("runs are listed");
        assert_eq!(runs.len() as u64, n);
        assert_eq!((world.task().await.log_sequence, runs[0].sequence, runs[0].n_lines), (n, n, 1));
        assert_eq!(runs[0].owner.pid, std::process::id());
    }
    for n in 1..=3 {
        assert_eq!(world.task_lines(n).await, [format!("run {n}")]);
    }
    assert_eq!(world.task_lines(4).await, [""; 0]);
}

pub(crate) async fn k9_an_announced_run_keeps_its_number(world: World) {
    assert_eq!(world.hold(READY).await.log_sequence, 1);
    let hold = world.hold(STARTED).await;
    assert_eq!(hold.log_sequence, 1, "one run");
    assert_eq!(world.end(hold.token, TaskEnding::Completed).await, Applied::Done);
    assert_eq!(world.hold(STARTED).await.log_sequence, 2);
}

pub(crate) async fn k10_forgets_logs_up_to_a_moment_and_keeps_later_ones(world: World) {
    for n in 1..=3 {
        world.run_logged(&format!("run {n}")).await;
        world.reach(world.in_future(Duration::from_millis(1)).await).await;
    }
    let runs = world.store.task_runs(NAME).await.expect("runs are listed");
    let prune = PruneTasks { tasks_before: None, logs_until: Some(runs[1].written_at), limit: 100 };
    assert_eq!(world.prune_tasks(prune).await, (vec![], 2), "one written at the very moment goes");
    let left = world.store.task_runs(NAME).await.expect("runs are listed");
    assert_eq!(left, runs[..1]);
    assert_eq!(world.task_lines(3).await, ["run 3"]);
    assert_eq!(world.task_lines(2).await, [""; 0]);
}

pub(crate) async fn k10_never_forgets_the_log_of_a_present_run(world: World) {
    world.run_logged("before").await;
    let hold = world.hold(STARTED).await;
    assert_eq!(world.note_lines(hold.token, &["now"]).await, TaskNoted::GoOn);
    let prune = PruneTasks { tasks_before: None, logs_until: Some(Timestamp::MAX), limit: 100 };
    assert_eq!(world.prune_tasks(prune).await, (vec![], 1));
    assert_eq!(world.task_lines(hold.log_sequence).await, ["now"]);
}

pub(crate) async fn m1_forgets_closed_tasks_written_before_a_moment_only(world: World) {
    for name in ["first", "second"] {
        let hold = held(world.begin_named(name, STARTED, TaskOwner::Process).await);
        assert_eq!(world.note_lines(hold.token, &["a line"]).await, TaskNoted::GoOn);
        assert_eq!(world.end(hold.token, TaskEnding::Completed).await, Applied::Done);
        world.reach(world.in_future(Duration::from_millis(1)).await).await;
    }
    let second = world.store.find_task("second").await.expect("a task is looked up").expect("there is a task");
    let prune = PruneTasks { tasks_before: Some(second.updated_at), logs_until: None, limit: 100 };
    assert_eq!(world.prune_tasks(prune).await.0, ["first"], "one written at the very moment stays");
    assert_eq!(world.store.find_task("first").await.expect("a task is looked up"), None);
    assert!(world.store.task_runs("first").await.expect("runs are listed").is_empty());
    assert_eq!(world.prune_tasks(PruneTasks { tasks_before: None, ..prune }).await.0, [""; 0], "never");
    assert_eq!(world.store.task_runs("second").await.expect("runs are listed").len(), 1);
}

pub(crate) async fn m1_never_forgets_a_task_that_somebody_has(world: World) {
    let ready = held(world.begin_named("ready", READY, TaskOwner::Process).await);
    let claimed = world.claimed().await;
    held(world.begin_named("running", STARTED, of(&claimed)).await);
    let prune = PruneTasks { tasks_before: Some(Timestamp::MAX), logs_until: Some(Timestamp::MAX), limit: 100 };
    assert_eq!(world.prune_tasks(prune).await, (vec![], 0));
    assert_eq!(world.end(ready.token, TaskEnding::Stop).await, Applied::Done);
    assert_eq!(world.prune_tasks(prune).await.0, ["ready"]);
}

pub(crate) async fn is_given_to_one_of_many_who_start_it_at_once(world: World) {
    for _ in 0..10 {
        let mut starters = JoinSet::new();
        for _ in 0..8 {
            let world = world.another_handle().await;
            starters.spawn(async move {
                match world.begin(STARTED, TaskOwner::Process).await {
                    TaskBegun::Held(hold) => Some((world, hold)),
                    TaskBegun::Refused(_) => None,
                }
            });
        }
        // Losers drop their handles while the winner still has his.
        let mut winners: Vec<_> = starters.join_all().await.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1, "one of many gets it");
        let (winner, hold) = winners.remove(0);
        assert_eq!(winner.end(hold.token, TaskEnding::Completed).await, Applied::Done);
    }
}

pub(crate) async fn takes_counts_and_closes_with_the_last_ones(world: World) {
    let hold = world.hold(STARTED).await;
    let note = TaskNote { current_count: 50, total_count: 120, ..TaskNote::new(hold.token) };
    assert_eq!(world.store.note_task(note.clone()).await.expect("a note is answered"), TaskNoted::GoOn);
    let seen = world.another_handle().await.task().await;
    assert_eq!((seen.current_count, seen.total_count), (50, 120));
    let close = CloseTask { note: TaskNote { current_count: 120, ..note }, ending: TaskEnding::Completed };
    assert_eq!(world.store.close_task(close).await.expect("a close is answered"), Applied::Done);
    let closed = world.task().await;
    assert_eq!((closed.state, closed.current_count, closed.total_count), (TaskState::Completed, 120, 120));
    assert!(closed.closed_at >= closed.started_at && closed.closed_at.is_some(), "{closed:?}");
    assert_eq!((closed.owner, closed.has_lost_owner), (None, false));
}

pub(crate) async fn refuses_writes_of_an_owner_who_was_replaced(world: World) {
    let first = world.hold(STARTED).await;
    world.store.reset_task(NAME, LiveOwner::Replace).await.expect("a task can be taken away");
    let other = world.another_handle().await;
    let second = other.hold(STARTED).await;
    let before = world.task().await;
    assert_ne!(first.token, second.token);
    assert_eq!(world.note_lines(first.token, &["late"]).await, TaskNoted::Stale);
    assert_eq!(world.end(first.token, TaskEnding::Failed).await, Applied::Stale);
    world.store.abandon_task(first.token);
    assert_eq!(other.task().await, before, "a stale owner changes nothing");
    assert!(other.store.task_runs(NAME).await.expect("runs are listed").is_empty());
    assert_eq!(other.end(second.token, TaskEnding::Completed).await, Applied::Done);
}

pub(crate) async fn refuses_writes_under_a_claim_that_ended(world: World) {
    let claimed = world.claimed().await;
    let hold = held(world.begin(STARTED, of(&claimed)).await);
    world.release(&claimed).await;
    let again = world.claim_one(claimed.token.service).await;
    assert_eq!(world.note_lines(hold.token, &["late"]).await, TaskNoted::Stale);
    assert_eq!(world.end(hold.token, TaskEnding::Completed).await, Applied::Stale);
    let hold = held(world.begin(STARTED, of(&again)).await);
    assert_eq!(world.end(hold.token, TaskEnding::Completed).await, Applied::Done);
}

pub(crate) async fn refuses_a_claim_that_is_not_held(world: World) {
    let claimed = world.claimed().await;
    assert_eq!(world.finish(claimed.token, completed()).await, Applied::Done);
    let begin = BeginTask { name: NAME.to_owned(), stage: STARTED, owner: of(&claimed), user_limit: None };
    let refused = world.store.begin_task(begin).await.expect_err("the claim is not held");
    assert!(refused.is_stale_claim(), "{refused:?}");
}

pub(crate) async fn refuses_a_second_close(world: World) {
    let hold = world.hold(STARTED).await;
    assert_eq!(world.end(hold.token, TaskEnding::Completed).await, Applied::Done);
    assert_eq!(world.end(hold.token, TaskEnding::Failed).await, Applied::Stale);
    assert_eq!(world.task().await.state, TaskState::Completed);
}

pub(crate) async fn tells_its_owner_of_an_interrupt_with_his_next_note(world: World) {
    let hold = world.hold(STARTED).await;
    assert_eq!(world.note_lines(hold.token, &[]).await, TaskNoted::GoOn);
    let other = world.another_handle().await;
    other.store.interrupt_task(NAME).await.expect("a running task can be interrupted");
    assert!(world.task().await.is_interrupt_asked);
    assert_eq!(world.note_lines(hold.token, &["the end"]).await, TaskNoted::InterruptAsked);
    assert_eq!(world.end(hold.token, TaskEnding::Interrupted).await, Applied::Done);
    let ended = world.task().await;
    assert_eq!((ended.state, ended.is_interrupt_asked), (TaskState::Interrupted, false));
    let hold = world.hold(STARTED).await;
    assert_eq!(world.note_lines(hold.token, &[]).await, TaskNoted::GoOn, "the next run is another");
}

pub(crate) async fn interrupts_an_announced_run_when_it_begins(world: World) {
    world.hold(READY).await;
    world.store.interrupt_task(NAME).await.expect("an announced run can be interrupted");
    let hold = world.hold(STARTED).await;
    assert!(hold.is_interrupt_asked);
    assert_eq!(world.note_lines(hold.token, &[]).await, TaskNoted::InterruptAsked);
}

pub(crate) async fn refuses_to_interrupt_what_nobody_has(world: World) {
    let kind = |answer: egret_core::Result<()>| answer.expect_err("nobody has it").kind();
    assert_eq!(kind(world.store.interrupt_task(NAME).await), ErrorKind::NotFound);
    world.run_logged("done").await;
    assert_eq!(kind(world.store.interrupt_task(NAME).await), ErrorKind::Conflict);
    let hold = world.hold(STARTED).await;
    world.store.abandon_task(hold.token);
    assert_eq!(kind(world.store.interrupt_task(NAME).await), ErrorKind::Conflict);
    assert!(!world.task().await.is_interrupt_asked);
}

pub(crate) async fn is_reset_and_deleted_when_nobody_has_it(world: World) {
    for state in CLOSED {
        world.task_in(state).await;
        world.store.reset_task(NAME, LiveOwner::Respect).await.expect("a closed task can be reset");
        assert_eq!(world.task().await.state, TaskState::Stop);
    }
    let lost = world.hold(STARTED).await;
    world.store.abandon_task(lost.token);
    world.store.reset_task(NAME, LiveOwner::Respect).await.expect("a task without its owner can be reset");
    let reset = world.task().await;
    assert_eq!((reset.state, reset.has_lost_owner), (TaskState::Stop, false));
    world.run_logged("a line").await;
    world.store.delete_task(NAME, LiveOwner::Respect).await.expect("a closed task can be deleted");
    assert_eq!(world.store.find_task(NAME).await.expect("a task is looked up"), None);
    assert!(world.store.task_runs(NAME).await.expect("runs are listed").is_empty());
    for answer in [
        world.store.delete_task(NAME, LiveOwner::Replace).await,
        world.store.reset_task(NAME, LiveOwner::Replace).await,
    ] {
        assert_eq!(answer.expect_err("there is none").kind(), ErrorKind::NotFound);
    }
    let anew = world.run_logged("anew").await;
    assert_eq!((anew, world.task_lines(1).await), (1, vec!["anew".to_owned()]), "it begins anew");
}

pub(crate) async fn is_taken_from_a_living_owner_only_on_demand(world: World) {
    for stage in [READY, STARTED] {
        let hold = world.hold(stage).await;
        let before = world.task().await;
        for answer in [
            world.store.delete_task(NAME, LiveOwner::Respect).await,
            world.store.reset_task(NAME, LiveOwner::Respect).await,
        ] {
            assert_eq!(answer.expect_err("its owner lives").kind(), ErrorKind::Conflict);
        }
        assert_eq!(world.task().await, before);
        world.store.delete_task(NAME, LiveOwner::Replace).await.expect("a task can be taken away");
        assert_eq!(world.store.find_task(NAME).await.expect("a task is looked up"), None);
        assert_eq!(world.note_lines(hold.token, &["late"]).await, TaskNoted::Stale);
    }
}

pub(crate) async fn is_closed_by_a_rescue_when_its_owner_is_gone(world: World) {
    let claimed = world.claimed().await;
    held(world.begin_named("of a job", STARTED, of(&claimed)).await);
    held(world.begin_named("living", STARTED, TaskOwner::Process).await);
    let announced = held(world.begin_named("announced", READY, TaskOwner::Process).await);
    world.complete(&claimed).await;
    world.store.abandon_task(announced.token);
    let other = world.another_handle().await;
    let mut closed = other.store.rescue().await.expect("a rescue is answered").closed_tasks;
    closed.sort();
    assert_eq!(closed, ["announced", "of a job"]);
    for (name, state) in
        [("of a job", TaskState::Interrupted), ("announced", TaskState::Stop), ("living", TaskState::Running)]
    {
        let task = world.store.find_task(name).await.expect("a task is looked up").expect("there is a task");
        assert_eq!(task.state, state, "{name}");
        assert_eq!((task.has_lost_owner, task.closed_at.is_some()), (name != "living", name != "living"), "{name}");
    }
    assert!(other.store.rescue().await.expect("a rescue is answered").closed_tasks.is_empty(), "once");
}

pub(crate) async fn is_listed_by_start_and_found_by_state_and_words(world: World) {
    for name in ["cms:Generate_pages", "cms:generate_nodes", "job:import"] {
        let hold = held(world.begin_named(name, STARTED, TaskOwner::Process).await);
        if name != "job:import" {
            assert_eq!(world.end(hold.token, TaskEnding::Completed).await, Applied::Done);
        }
        world.reach(world.in_future(Duration::from_millis(1)).await).await;
    }
    held(world.begin_named("never started", READY, TaskOwner::Process).await);
    let names = async |filter: TaskFilter| -> Vec<String> {
        let listing = world.store.tasks(&filter, &Page::first(50)).await.expect("tasks are listed");
        listing.items.into_iter().map(|task| task.name).collect()
    };
    let all = ["job:import", "cms:generate_nodes", "cms:Generate_pages", "never started"];
    assert_eq!(names(TaskFilter::all()).await, all);
    assert_eq!(names(TaskFilter::all().words("GENERATE　cms")).await, all[1..3]);
    assert_eq!(names(TaskFilter::all().state(TaskState::Running)).await, all[..1]);
    assert_eq!(names(TaskFilter::all().state(TaskState::Completed).words("nodes")).await, all[1..2]);
}

pub(crate) async fn pages_through_every_task_once(world: World) {
    let mut expected = Vec::new();
    for n in 0..7 {
        let name = format!("task {n}");
        let stage = if n % 3 == 0 { READY } else { STARTED };
        held(world.begin_named(&name, stage, TaskOwner::Process).await);
        expected.push(name);
    }
    let mut found = Vec::new();
    let mut page = Page::first(3);
    loop {
        let listing = world.store.tasks(&TaskFilter::all().words("task"), &page).await.expect("tasks are listed");
        assert!(listing.items.len() <= 3);
        found.extend(listing.items.into_iter().map(|task| task.name));
        match listing.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    found.sort();
    assert_eq!(found, expected);
}

pub(crate) async fn gives_lines_from_a_place_on_and_counts_the_rest(world: World) {
    let hold = world.hold(STARTED).await;
    let texts: Vec<String> = (0..MAX_TASK_LINES + 5).map(|n| format!("line {n}")).collect();
    for part in texts.chunks(999) {
        let part: Vec<&str> = part.iter().map(String::as_str).collect();
        assert_eq!(world.note_lines(hold.token, &part).await, TaskNoted::GoOn);
    }
    let query = TaskLogQuery { name: NAME.to_owned(), sequence: 1, after: 997, limit: 4 };
    let excerpt = world.store.task_log(&query).await.expect("a log is read");
    let found: Vec<String> = excerpt.lines.into_iter().map(|line| line.text).collect();
    assert_eq!((found.as_slice(), excerpt.position), (&texts[997..1001], 1001));
    assert_eq!(world.task_lines(1).await, texts[..usize::try_from(MAX_TASK_LINES).expect("it is small")]);
    let runs = world.store.task_runs(NAME).await.expect("runs are listed");
    assert_eq!(runs[0].n_lines, MAX_TASK_LINES + 5);
}
