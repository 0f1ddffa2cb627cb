# Why a job was not accepted.

limit-queue-full = The queue { $queue } is full: it holds { $limit } jobs.
limit-per-user = This user already has { $limit } { $limit ->
    [one] job
   *[other] jobs
} waiting or running. Try again when one of them has ended.
