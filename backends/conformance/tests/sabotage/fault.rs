//! Promises to break.

/// One promise that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A finish is applied to whoever holds the job now.
    TokenIgnored,
    /// A finish is answered and not applied.
    FinishLost,
    /// Every other claim gives the jobs of the last one again.
    DoubleClaim,
    /// A claim gives its jobs in reverse.
    OrderLost,
    /// A release ends the attempt.
    ReleaseCounted,
    /// Whoever asks gets the right to start.
    StartRightLeaked,
    /// A right stays pending when its service has come or its start has failed.
    StartRightKept,
    /// Releases are counted as jobs.
    CountsDrift,
    /// A note is written to whoever holds the job now.
    StaleNoteApplied,
    /// A service leaves whatever waits.
    LeaveBlind,
    /// A service looks, and leaves a moment later.
    LeaveRacy,
    /// Nobody learns that jobs begin.
    InterruptionsUncounted,
    /// Claims count as begun.
    ClaimsInterrupted,
    /// The store's clock alone decides who is dead.
    LeaseBelieved,
    /// Services do not learn of cancelled jobs.
    CancelIgnored,
    /// Pausing does nothing.
    PauseIgnored,
    /// Follow-ups are stored whether the finish is applied or not.
    StaleFollowUps,
    /// An id that is there is stored again, under another one.
    DuplicateStored,
    /// Claims give every class.
    ClassesIgnored,
    /// Jobs are due at once.
    TimeIgnored,
    /// Keys that are not Active Job's own are dropped.
    UnknownKeysLost,
    /// A note or close of a task is applied for whoever has it now.
    TaskTokenIgnored,
    /// A task that runs is given to whoever asks.
    TaskShared,
    /// An owner never learns that his task is to be interrupted.
    TaskInterruptLost,
    /// A task is free only once it was closed, whatever became of its owner.
    TaskOwnerImmortal,
    /// A change of some jobs does not ask whose they are.
    OwnerForgotten,
    /// A record that was taken is still there for the next one who takes it.
    TokensReusable,
    /// The store says that it keeps no notes, and does.
    CapabilityLies,
}
