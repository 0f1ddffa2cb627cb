//! How a process group comes to its end, step by step.

use std::time::{Duration, Instant};

use super::{ProcessEnd, ProcessGroup};

/// How long members may stay after the leader has ended by itself, for example a `tee` behind a pipe.
const LINGER: Duration = Duration::from_secs(2);
/// Between two looks whether a group is gone whose members tell nobody of their end.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// A process group on its way to its end: it is asked, given time, ended by force, and waited for.
///
/// Whoever owns the leader calls [`look`](Self::look) whenever something happened and at
/// [`next_look`](Self::next_look), and acts on the answer.
#[derive(Debug)]
pub(crate) struct Ending {
    group: ProcessGroup,
    /// Between being asked and being ended by force.
    grace: Duration,
    step: Step,
    leader: Option<ProcessEnd>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nobody wants an end.
    Running,
    /// The leader ended by itself; the rest may follow until then.
    Lingering(Instant),
    /// Asked to end until then.
    Terminating(Instant),
    /// Ended by force, again and again while members are left.
    Killing,
}

impl Ending {
    pub(crate) fn new(group: ProcessGroup, grace: Duration) -> Self {
        Self { group, grace, step: Step::Running, leader: None }
    }

    /// Asks the group to end.
    pub(crate) fn terminate(&mut self) {
        if matches!(self.step, Step::Running | Step::Lingering(_)) && !self.is_over() {
            self.group.terminate();
            self.step = Step::Terminating(Instant::now() + self.grace);
        }
    }

    /// Ends the group by force.
    pub(crate) fn kill(&mut self) {
        if !self.is_over() {
            self.group.kill();
        }
        self.step = Step::Killing;
    }

    /// The leader has been reaped.
    pub(crate) fn leader_ended(&mut self, end: ProcessEnd) {
        self.leader = Some(end);
        if self.step == Step::Running {
            self.step = Step::Lingering(Instant::now() + LINGER);
        }
    }

    /// When to look again; `None` while only the leader's end or an order can change anything.
    pub(crate) fn next_look(&self) -> Option<Instant> {
        let soon = Instant::now() + LOOK_EVERY;
        match (self.step, self.leader) {
            (Step::Running, _) => None,
            (Step::Lingering(until) | Step::Terminating(until), None) => Some(until),
            (Step::Lingering(until) | Step::Terminating(until), Some(_)) => Some(until.min(soon)),
            (Step::Killing, _) => Some(soon),
        }
    }

    /// Takes the step that is due; answers how the leader ended once no member is left.
    pub(crate) fn look(&mut self) -> Option<ProcessEnd> {
        if self.is_over() {
            return self.leader;
        }
        let now = Instant::now();
        match self.step {
            Step::Lingering(until) if now >= until => self.terminate(),
            Step::Terminating(until) if now >= until => self.kill(),
            // A member may have been born between the signal and now.
            Step::Killing => self.group.kill(),
            _ => {}
        }
        None
    }

    /// Whether the leader was reaped and no member is left. From then on the group's number may be somebody else's.
    pub(crate) fn is_over(&self) -> bool {
        self.leader.is_some() && self.group.is_gone()
    }

    /// Ends what is left by force and returns when it is gone, whatever becomes of the leader.
    pub(crate) async fn kill_and_wait(group: ProcessGroup) {
        while !group.is_gone() {
            group.kill();
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}
