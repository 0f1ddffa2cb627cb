# Why a job was not accepted.

limit-queue-full = The queue { $queue } is full: it holds { $limit } { $limit ->
    [one] job
   *[other] jobs
}.
limit-per-user = This user already has { $limit } { $limit ->
    [one] job
   *[other] jobs
} waiting or running. Try again when one of them has ended.

# The same on the command line, where an operator reads it, and what to do about it.

limit-refused-queue = the queue `{ $queue }` is full, its limit is { $limit } { $limit ->
    [one] job
   *[other] jobs
}
limit-refused-user = the user `{ $user }` has { $limit } { $limit ->
    [one] job
   *[other] jobs
} waiting or running already, which is the limit
limit-refused-queue-hint = enqueue it again when jobs of the queue have ended, or raise `{ $key }` in config/job.yml
limit-refused-user-hint = enqueue it again when jobs of the user have ended, or raise `{ $key }` in config/job.yml
limit-duplicate = the job is there already, as `{ $id }`
