# States of jobs, of attempts and of tasks.

state-scheduled = scheduled
state-available = waiting
state-running = running
state-retryable = waiting to retry
state-blocked = held by a limit
state-completed = completed
state-discarded = discarded
state-cancelled = cancelled
state-failed = failed
state-interrupted = interrupted
state-released = given back
state-snoozed = put off
state-stop = stopped
state-ready = ready
