# Services and queues.
services-number = { $n }
services-name = Service
services-state = Status
services-jobs = Jobs at hand
services-ended = Ended
services-memory = Memory
services-mebibytes = { $n } MiB
services-queues = Queues
services-started = Started
services-beat = Last sign
services-orders = Orders
services-running = running
services-quiet = quiet
services-stopping = stopping
services-dead = dead
services-rescue = Release the jobs of dead services
services-order-quiet = Quiet
services-order-resume = Resume
services-order-stop = Stop
services-stop-title = Stop this service
services-stop-what = It finishes what runs, gives the rest back and leaves. Nothing is lost. A service manager may start it again.
services-let-run = Let it run
services-none-on-demand = No service lives. One is started as soon as a job waits.
services-none = No service lives. This starts one:
queues-name = Queue
queues-latency = Latency
queues-limit = Limit
queues-polled-by = Polled by
queues-deserted = nobody
queues-deserted-as-far-as-seen = nobody who is seen
queues-pause-state = Pause
queues-paused = paused
queues-pause = Pause
queues-resume = Resume
queues-none = No queue is known yet. The first job makes one:
notice-service-ordered = The order was given. The service follows within seconds.
notice-service-started = A service was started.
notice-service-not-started = No service was started: one lives already, nothing waits, or a start failed a moment ago.
notice-rescued = { $n ->
    [one] 1 job
   *[other] { $n } jobs
  } released, of { $services ->
    [one] 1 dead service
   *[other] { $services } dead services
  }.
notice-none-rescued = No service is dead.
notice-queue-paused = The queue is paused.
notice-queue-resumed = The queue was resumed.
