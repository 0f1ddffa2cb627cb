# Tasks.

tasks-none = no tasks
tasks-none-named = there is no task `{ $name }`
tasks-none-named-hint = `egret tasks list` shows all of them
tasks-none-match = No task matches.
tasks-found = { $count } { $count ->
    [one] task matches
   *[other] tasks match
}:

tasks-field-name = name
tasks-field-state = state
tasks-field-order = order
tasks-field-progress = progress
tasks-field-started = started
tasks-field-closed = closed
tasks-field-updated = updated
tasks-field-owner = owner
tasks-field-job = job
tasks-field-services = services
tasks-order-stop = stop, at the next look of its code
tasks-owner-process = process { $pid } on { $host }
tasks-owner-job = job { $job }
tasks-owner-service = service
tasks-owner-gone = gone
tasks-owner-gone-unclosed = gone, without closing the task
tasks-run = run { $sequence } (process { $pid } on { $host })
tasks-run-empty = the run { $sequence } has written nothing, or its log was forgotten
tasks-lines-part = { $shown } of { $count } { $count ->
    [one] line
   *[other] lines
}

tasks-ask-interrupt = Interrupt { $count ->
    [one] it
   *[other] them
}?
tasks-ask-reset = Put { $count ->
    [one] it
   *[other] them
} back to the state stop?
tasks-ask-delete = Delete { $count ->
    [one] it with its log lines
   *[other] them with their log lines
}? This cannot be undone.
tasks-changed-interrupt = { $count } { $count ->
    [one] task was
   *[other] tasks were
} asked to stop.
tasks-changed-reset = { $count } { $count ->
    [one] task
   *[other] tasks
} reset.
tasks-changed-delete = { $count } { $count ->
    [one] task
   *[other] tasks
} deleted.
tasks-interrupt-done = { $name }: asked to stop
tasks-reset-done = { $name }: reset
tasks-delete-done = { $name }: deleted
tasks-refused-hint = `egret tasks interrupt { $name }` ends a task well, `egret services stop { $name }` a service
