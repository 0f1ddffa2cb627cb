# The table of `egret bench`.

bench-machine = { $processors } { $processors ->
    [one] processor
   *[other] processors
}, scale { $scale }
bench-measuring = measuring: { $row }
bench-heading-what = WHAT
bench-heading-durability = DURABILITY
bench-heading-figure = FIGURE
bench-heading-unit = UNIT
bench-heading-p99 = P99
bench-heading-cpu = CPU µs/JOB
bench-heading-batch = JOBS/COMMIT
bench-heading-limit = LIMIT
bench-heading-ratio = RATIO
bench-heading-limit-name = WHAT THE LIMIT IS

bench-enqueue = enqueue, { $n } { $n ->
    [one] producer
   *[other] producers
}, one job a call
bench-enqueue-bulk = enqueue in bulk of { $n }
bench-drain = drain, { $n } service, default settings, history kept
bench-drain-processes = drain, { $n } services in { $m } processes
bench-drain-memory = resident memory after the drain
bench-drain-share = share of the service in this process
bench-pickup-here = pickup, same process, from the call to the job's first line
bench-pickup-there = pickup, another process
bench-backlog = backlog of { $n }: drain, { $m } service in another process
bench-backlog-first = backlog: spawn to the first finished jobs
bench-backlog-memory = backlog: peak memory of the service
bench-idle-memory = idle service, resident memory
bench-idle-own-memory = idle service, memory without program files
bench-idle-processor = idle service, processor
bench-idle-switches = idle service, context switches
bench-cold-start = cold start, spawn to the job's first line
bench-limit-inserts = inserts, { $n } { $n ->
    [one] row
   *[other] rows
} a commit
bench-limit-cycle = claim and finish, { $n } { $n ->
    [one] row
   *[other] rows
} a commit
bench-limit-insert = one insert and its commit
bench-limit-queue = a queue of { $n }
bench-limit-process = an empty process
bench-unit-rate = jobs/s
bench-unit-milliseconds = ms
bench-unit-megabytes = MB
bench-unit-percent = %
bench-unit-core = % of a core
bench-unit-times = { $n }/s
bench-durability-full = full
bench-durability-normal = normal
