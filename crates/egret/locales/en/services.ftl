# Services.

services-none = no services
services-waiting = waiting for jobs, { $ended } ended so far
services-running = running { $running } of at most { $limit } { $limit ->
    [one] job
   *[other] jobs
}, { $ended } ended so far
services-quiet = quiet, { $running } { $running ->
    [one] job still runs
   *[other] jobs still run
}, { $ended } ended so far
services-stopping = stopping, { $running } { $running ->
    [one] job still runs
   *[other] jobs still run
}, { $ended } ended so far
services-ordered = ordered
services-done = done
services-gone = had left already
services-dead = dead, takes no orders
services-matching = would be ordered
services-found = { $count } { $count ->
    [one] service matches
   *[other] services match
}:
services-ask-quiet = Make { $count ->
    [one] it
   *[other] them
} quiet?
services-ask-resume = Have { $count ->
    [one] it
   *[other] them
} claim again?
services-ask-stop = Stop { $count ->
    [one] it
   *[other] them
}?
