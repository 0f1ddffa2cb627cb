//! Capabilities tell the truth: what a store says it can do it does, everything else it refuses as unsupported.

use std::sync::Arc;
use std::time::Duration;

use egret_core::{
    BeginTask, Capabilities, CareProgress, Change, CloseTask, Conditions, EnqueueRequest, ErrorKind, ExecutionFilter,
    ExecutionOrder, Finish, JobId, LedgerEntry, LiveOwner, NewJob, Origin, Page, PrunePolicy, PruneTasks, Result,
    Retention, StartFailure, StartRequest, StartRight, Target, TaskEnding, TaskFilter, TaskNote, TaskOwner, TaskStage,
    TaskToken,
};

use crate::note::whole_log;
use crate::world::{World, at_once, completed, job};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn verbs_are_supported_exactly_as_the_capabilities_say(world: World) {
    let can: Capabilities = world.can().clone();
    let (store, nobody) = (&world.store, JobId::generate());
    agrees("find", can.lookup_by_id, &store.find(&nobody).await);
    agrees("note", can.notes, &store.note(Vec::new()).await);
    agrees("executions", can.history, &store.executions(&nobody).await);
    let listing = store.inspect_executions(&ExecutionFilter::all(), ExecutionOrder::default(), &Page::first(1)).await;
    agrees("inspect_executions", can.history, &listing);
    agrees("log_lines", can.notes || can.history, &store.log_lines(&whole_log(&nobody, 1)).await);
    agrees("prune", can.history, &store.prune(PrunePolicy { retention: Retention::of(HOUR), limit: 1 }).await);
    agrees("size", can.sizes, &store.size().await);
    agrees("check", can.care, &store.check(CareProgress::silent()).await);
    agrees("vacuum", can.care, &store.vacuum().await);
    agrees("pause", can.pauses, &store.pause("nothing").await);
    agrees("resume", can.pauses, &store.resume("nothing").await);
    agrees("queues", can.pauses, &store.queues().await);
    agrees("claim_start", can.on_demand, &store.claim_start(StartRequest::new("nobody", 1)).await);
    agrees("start_status", can.on_demand, &store.start_status("nobody").await);
    let right = StartRight { name: "nobody".to_owned(), nonce: 1, granted_at: world.now().await };
    let failure = StartFailure { right, error: "never asked".to_owned() };
    agrees("start_failed", can.on_demand, &store.start_failed(failure).await);
    let has_control = Arc::clone(store).control().is_some();
    assert_eq!(has_control, can.control, "the capability and the control store disagree");
    agrees("find_task", can.tasks, &store.find_task("nothing").await);
    agrees("tasks", can.tasks, &store.tasks(&TaskFilter::all(), &Page::first(1)).await);
    agrees("task_runs", can.tasks, &store.task_runs("nothing").await);
    let token = TaskToken { task: 1, hold: 1 };
    agrees("note_task", can.tasks, &store.note_task(TaskNote::new(token)).await);
    let close = CloseTask { note: TaskNote::new(token), ending: TaskEnding::Stop };
    agrees("close_task", can.tasks, &store.close_task(close).await);
    let prune = PruneTasks { tasks_before: None, logs_until: None, limit: 1 };
    agrees("prune_tasks", can.tasks, &store.prune_tasks(prune).await);
    let begin = BeginTask {
        name: "something".to_owned(),
        stage: TaskStage::Running,
        owner: TaskOwner::Process,
        user_limit: None,
    };
    agrees("begin_task", can.tasks, &store.begin_task(begin).await);
    agrees("interrupt_task", can.tasks, &store.interrupt_task("something").await);
    agrees("reset_task", can.tasks, &store.reset_task("something", LiveOwner::Replace).await);
    agrees("delete_task", can.tasks, &store.delete_task("something", LiveOwner::Replace).await);
}

pub(crate) async fn changes_are_supported_exactly_as_the_capabilities_say(world: World) {
    let can = world.can().changes;
    let now = world.now().await;
    for (change, is_supported) in [
        (Change::Retry, can.retry),
        (Change::RunNow, can.run_now),
        (Change::Reschedule(now), can.reschedule),
        (Change::Cancel, can.cancel),
        (Change::Delete, can.delete),
    ] {
        let answer = world.store.change(Target::Ids(vec![JobId::generate()]), change).await;
        agrees(&format!("{change:?}"), is_supported, &answer);
    }
}

pub(crate) async fn conditions_are_judged_or_refused_whole(world: World) {
    let conditions = Conditions { max_queue_size: Some(100), ..Conditions::default() };
    let conditional = NewJob { conditions: Some(Box::new(conditions)), ..NewJob::new(job(), Origin::Application) };
    let jobs = vec![NewJob::new(job(), Origin::Application), conditional];
    let answer = world.store.enqueue(EnqueueRequest { jobs, start: None }).await;
    agrees("conditions", world.can().conditions, &answer);
    let n_stored = if world.can().conditions { 2 } else { 0 };
    assert_eq!(world.live_ids().await.len(), n_stored, "an enqueue is stored whole or not at all");
}

pub(crate) async fn a_wish_to_start_is_judged_or_refused_whole(world: World) {
    let start = Some(std::sync::Arc::new(StartRequest::new("nobody", 1)));
    let answer = world.store.enqueue(EnqueueRequest { start, ..at_once(vec![job()]) }).await;
    agrees("a wish to start", world.can().on_demand, &answer);
    let n_stored = usize::from(world.can().on_demand);
    assert_eq!(world.live_ids().await.len(), n_stored, "an enqueue is stored whole or not at all");
}

pub(crate) async fn follow_ups_are_stored_or_refused_whole(world: World) {
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let now = world.now().await;
    let follow_ups = vec![NewJob::new(job(), Origin::Application)];
    let finish = Finish { follow_ups, ..Finish::new(claimed.token, completed(), Some(now), now) };
    agrees("follow-ups", world.can().follow_ups, &world.store.finish(vec![finish]).await);
    // In either case one job lives: the follow-up, or the one whose finish was refused.
    let live = world.live_ids().await;
    assert_eq!((live.len(), live.contains(&claimed.id)), (1, !world.can().follow_ups), "{live:?}");
}

pub(crate) async fn a_ledger_is_moved_or_refused_whole(world: World) {
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let now = world.now().await;
    let ledger = vec![LedgerEntry { counter: "batch".to_owned(), delta: -1 }];
    let finish = Finish { ledger, ..Finish::new(claimed.token, completed(), Some(now), now) };
    agrees("a ledger", world.can().ledger, &world.store.finish(vec![finish]).await);
    assert_eq!(world.live_ids().await.is_empty(), world.can().ledger, "a refused finish has ended nothing");
}

/// A verb is refused as unsupported exactly when the store says that it cannot do it.
fn agrees<T: std::fmt::Debug>(verb: &str, is_supported: bool, answer: &Result<T>) {
    match answer {
        Ok(_) => assert!(is_supported, "`{verb}` is done, although the store says that it cannot"),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "`{verb}`: {error:?}");
            assert!(!is_supported, "`{verb}` is refused, although the store says that it can: {error:?}");
        }
    }
}
