# The verdict of the status page and what to do.

status-ok = ok
status-stuck = stuck
status-notice = { $sentence } To mend it: { $remedy }
status-no-service = No service is alive. { $n ->
    [one] One job has waited for { $age }
   *[other] { $n } jobs wait, the oldest for { $age }
}.
status-no-service-idle = No service is alive, and the mode is service: nothing starts by itself when a job comes.
status-queue-unpolled = No service takes jobs from the queue { $queue }. { $n ->
    [one] One job has waited for { $age }
   *[other] { $n } jobs wait, the oldest for { $age }
}.
status-start-failed = No service could be started: { $error }. { $n ->
    [one] One job has waited in the queue { $queue } for { $age }
   *[other] { $n } jobs wait in the queue { $queue }, the oldest for { $age }
}.
status-held-by-dead = The service { $service } has given no sign for { $age } and holds { $n ->
    [one] one job
   *[other] { $n } jobs
}.
status-class-unknown = No service that is alive knows the class { $class }. { $n ->
    [one] One job has waited in the queue { $queue } for { $age }
   *[other] { $n } jobs wait in the queue { $queue }, the oldest for { $age }
}.
status-behind = The services do not keep up with the queue { $queue }. { $n ->
    [one] One job has waited for { $age }
   *[other] { $n } jobs wait, the oldest for { $age }
}.
status-paused = The queue { $queue } is paused. { $n ->
    [one] One job waits
   *[other] { $n } jobs wait
}.

status-field-status = status
status-field-store = store
status-field-mode = mode
status-field-queues = queues
status-field-services = services
status-field-late = waiting
status-services = { $n } of { $name } alive, last change { $updated }
status-services-none = none yet
status-late = { $n } due, the oldest for { $age }
status-since = (since { $since })

length-milliseconds = { $n } ms
length-seconds = { $n } s
length-minutes = { $n } min
length-hours = { $small ->
    [0] { $large } h
   *[other] { $large } h { $small } min
  }
length-days = { $small ->
    [0] { $large } d
   *[other] { $large } d { $small } h
  }
