//! The verbs *begin*, *note*, *close*, *abandon*, *interrupt*, *reset* and *delete* of tasks.

use jiff::Timestamp;

use super::{Holder, Run, Store, Task};
use crate::{
    Applied, BeginTask, CloseTask, Error, ErrorKind, LiveOwner, LogLine, MAX_TASK_LINES, ProcessIdentity, Result,
    TaskBegun, TaskHold, TaskNote, TaskNoted, TaskOwner, TaskOwnerRecord, TaskRefusal, TaskRun, TaskStage, TaskState,
    TaskToken, Timing,
};

impl Store {
    pub(in crate::memory::rows) fn begin_task(&mut self, begin: BeginTask, timing: &Timing) -> Result<TaskBegun> {
        let now = self.tick();
        let who = self.owner_record(&begin.owner)?;
        let id = self.next_number();
        let hold = self.next_number();
        self.tasks.by_name.entry(begin.name.clone()).or_insert_with(|| Task::new(id, &begin.name, now));
        self.settle_owner(&begin.name, now, timing);
        if let Some(refusal) = self.task_refusal(&begin) {
            return Ok(TaskBegun::Refused(refusal));
        }
        let former = self.tasks.by_name.get(&begin.name).and_then(|task| task.holder.as_ref());
        if let Some(former) = former.map(|holder| holder.hold) {
            self.tasks.of_process.remove(&former);
        }
        if begin.owner == TaskOwner::Process {
            self.tasks.of_process.insert(hold);
        }
        let task = self.tasks.by_name.get_mut(&begin.name).expect("it was made when it was not there");
        // A run that was announced goes on under the number of its announcement, and with the wish to interrupt it.
        let is_announced = task.record.state == TaskState::Ready;
        let record = &mut task.record;
        record.is_interrupt_asked &= is_announced;
        record.log_sequence += u64::from(!is_announced);
        record.state = begin.stage.state();
        record.has_lost_owner = false;
        (record.current_count, record.total_count) = (0, 0);
        record.started_at = (begin.stage == TaskStage::Running).then_some(now);
        record.closed_at = None;
        record.updated_at = now;
        record.user_id = begin.user_limit.map(|limit| limit.user_id).or(record.user_id.take());
        let held = TaskHold {
            token: TaskToken { task: record.id, hold },
            log_sequence: record.log_sequence,
            is_interrupt_asked: record.is_interrupt_asked,
        };
        task.holder = Some(Holder { hold, owner: begin.owner, who });
        Ok(TaskBegun::Held(held))
    }

    pub(in crate::memory::rows) fn note_task(&mut self, note: TaskNote) -> TaskNoted {
        let now = self.tick();
        let Some(task) = self.task_of(note.token) else { return TaskNoted::Stale };
        task.write(note, now);
        match task.record.is_interrupt_asked {
            true => TaskNoted::InterruptAsked,
            false => TaskNoted::GoOn,
        }
    }

    pub(in crate::memory::rows) fn close_task(&mut self, close: CloseTask) -> Applied {
        let now = self.tick();
        let hold = close.note.token.hold;
        let Some(task) = self.task_of(close.note.token) else { return Applied::Stale };
        task.write(close.note, now);
        task.holder = None;
        task.end(close.ending.state(), now);
        self.tasks.of_process.remove(&hold);
        Applied::Done
    }

    pub(in crate::memory::rows) fn abandon_task(&mut self, token: TaskToken) {
        self.tasks.of_process.remove(&token.hold);
    }

    pub(in crate::memory::rows) fn interrupt_task(&mut self, name: &str, timing: &Timing) -> Result<()> {
        let now = self.tick();
        self.settle_owner(name, now, timing);
        let task = self.tasks.by_name.get_mut(name).ok_or_else(|| no_task("interrupt", name))?;
        if !task.record.state.is_held() {
            let message = format!("failed to interrupt the task `{name}`: it is not running but {}", task.record.state);
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        task.record.is_interrupt_asked = true;
        task.record.updated_at = now;
        Ok(())
    }

    pub(in crate::memory::rows) fn reset_task(&mut self, name: &str, owner: LiveOwner, timing: &Timing) -> Result<()> {
        let now = self.tick();
        self.take_from_owner("reset", name, owner, timing)?;
        let task = self.tasks.by_name.get_mut(name).expect("a task without its owner is there");
        let closed_at = task.record.closed_at.or(Some(now));
        task.record.has_lost_owner = false;
        task.end(TaskState::Stop, now);
        task.record.closed_at = closed_at;
        Ok(())
    }

    pub(in crate::memory::rows) fn delete_task(&mut self, name: &str, owner: LiveOwner, timing: &Timing) -> Result<()> {
        self.take_from_owner("delete", name, owner, timing)?;
        self.tasks.by_name.remove(name);
        Ok(())
    }

    /// Ends the hold on a task, if there is one and it may be ended.
    fn take_from_owner(&mut self, verb: &str, name: &str, owner: LiveOwner, timing: &Timing) -> Result<()> {
        let now = self.tick();
        self.settle_owner(name, now, timing);
        let task = self.tasks.by_name.get_mut(name).ok_or_else(|| no_task(verb, name))?;
        match (&task.holder, owner) {
            (Some(_), LiveOwner::Respect) => {
                let message = format!("failed to {verb} the task `{name}`: it is {}", task.record.state);
                Err(Error::new(ErrorKind::Conflict, message))
            }
            _ => {
                task.holder = None;
                Ok(())
            }
        }
    }

    /// Writes down that the owner of a task has gone, if he has.
    fn settle_owner(&mut self, name: &str, now: Timestamp, timing: &Timing) {
        let is_lost = self
            .tasks
            .by_name
            .get(name)
            .is_some_and(|task| task.holder.is_some() && !self.has_living_owner(task, now, timing));
        if let Some(task) = self.tasks.by_name.get_mut(name).filter(|_| is_lost) {
            task.lose_owner(now);
        }
    }

    /// Why a task is not given, if it is not.
    fn task_refusal(&self, begin: &BeginTask) -> Option<TaskRefusal> {
        let record = &self.tasks.by_name.get(&begin.name)?.record;
        let name = begin.name.clone();
        match (record.state, begin.stage) {
            (TaskState::Running, _) => {
                Some(TaskRefusal::AlreadyRunning { name, since: record.started_at.unwrap_or(record.updated_at) })
            }
            (TaskState::Ready, TaskStage::Ready) => Some(TaskRefusal::AlreadyReady { name }),
            (_, TaskStage::Ready) => self.busy_user(begin.user_limit.as_ref()).map(TaskRefusal::Limit),
            (_, TaskStage::Running) => None,
        }
    }

    fn owner_record(&self, owner: &TaskOwner) -> Result<TaskOwnerRecord> {
        let TaskOwner::Claim { token, job_id } = owner else {
            let process = ProcessIdentity::current();
            return Ok(TaskOwnerRecord { host: process.host, pid: process.pid, service: None, job_id: None });
        };
        let service = self.held(*token).and_then(|_| self.services.get(token.service));
        let runner = service.ok_or_else(|| Error::stale_claim("begin a task"))?.runner();
        let job_id = Some(job_id.clone());
        Ok(TaskOwnerRecord { host: runner.host, pid: runner.pid, service: Some(token.service), job_id })
    }

    /// The task of a hold that has not been replaced.
    fn task_of(&mut self, token: TaskToken) -> Option<&mut Task> {
        let is_hold = |task: &Task| {
            let holder = task.holder.as_ref().filter(|holder| holder.hold == token.hold);
            holder.is_some_and(|holder| match &holder.owner {
                TaskOwner::Claim { token, .. } => self.held(*token).is_some(),
                TaskOwner::Process => self.tasks.of_process.contains(&holder.hold),
            })
        };
        let name = self.tasks.by_name.values().find(|task| is_hold(task))?.record.name.clone();
        self.tasks.by_name.get_mut(&name)
    }
}

impl Task {
    fn write(&mut self, note: TaskNote, now: Timestamp) {
        self.record.current_count = note.current_count;
        self.record.total_count = note.total_count;
        self.record.updated_at = now;
        self.append(note.log_lines, note.n_unkept, now);
    }

    /// Adds lines to those of the present run, as far as they are kept.
    fn append(&mut self, lines: Vec<LogLine>, n_unkept: u64, now: Timestamp) {
        let Some(holder) = self.holder.as_ref().filter(|_| !lines.is_empty() || n_unkept > 0) else { return };
        let sequence = self.record.log_sequence;
        let run = self.runs.entry(sequence).or_insert_with(|| Run {
            run: TaskRun { sequence, owner: holder.who.clone(), began_at: now, written_at: now, n_lines: 0 },
            lines: Vec::new(),
        });
        run.run.written_at = now;
        run.run.n_lines += lines.len() as u64 + n_unkept;
        let room = usize::try_from(MAX_TASK_LINES).unwrap_or(usize::MAX).saturating_sub(run.lines.len());
        run.lines.extend(lines.into_iter().take(room));
    }
}

fn no_task(verb: &str, name: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("failed to {verb} the task `{name}`: there is no task of the name"))
}
