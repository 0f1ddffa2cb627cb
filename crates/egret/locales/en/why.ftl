# Why a job is not running.

why-store-unreachable = the store cannot be reached: { $error }.
why-quarantined = it was set aside: { $n ->
    [one] one service
   *[other] { $n } services
} died while it ran.
why-paused = the queue `{ $queue }` is paused.
why-future = its time has not come, it runs at { $at }.
why-backing-off = it failed and is tried again later, it runs at { $at }.
why-limit-full = a limit holds it back.
why-limit-interrupted = services died while it ran, and each service runs one such job at a time; these are first: { $jobs }.
why-class-unknown = no service that is alive knows the class `{ $class }`.
why-class-unknown-here = no service is alive, and this program, which would be started, does not know the class `{ $class }`.
why-no-service = no service is alive, and the mode is `service`: nothing starts by itself.
why-no-service-starting = no service is alive yet; one is being started.
why-no-service-on-demand = no service is alive.
why-no-service-held = no service is alive; `{ $service }`, which had the job, gives no sign since { $at }.
why-queue-unpolled = no service takes jobs from the queue `{ $queue }`, only from { $polled }.
why-unseen-workers = { $sentence } Workers of other programs are not counted: they are seen only while they run a job.
why-queue-quiet = every service that could run it is quiet or stopping.
why-held-by-dead = the service `{ $service }` on `{ $host }` has it and gives no sign since { $at }.
why-held = it runs on the service `{ $service }` on `{ $host }` since { $at }.
why-held-unstarted = the service `{ $service }` on `{ $host }` has it and starts it within moments.
why-behind = every service that could run it is busy, { $running ->
    [one] one job runs
   *[other] { $running } jobs run
} and { $n ->
    [one] one other waits
   *[other] { $n } others wait
} in this queue and earlier ones.
why-behind-next = a service takes it within moments.
why-start-failed = no service could be started: { $error }.
why-start-failed-until = no service could be started: { $error }, the next try is at { $at }.
why-clock-ahead = it was enqueued at { $at } by a clock that is { $difference } ahead of the store's.
why-clock-skew = the clock of `{ $host }` and that of the store differ by { $difference }.
why-hint = to mend it: { $remedy }
why-ended = it does not wait: it is { $state }.
