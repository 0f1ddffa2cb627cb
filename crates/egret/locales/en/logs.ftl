# Logs of attempts.

logs-none = nothing has run
logs-more = there are more:
logs-deleted = { $count } { $count ->
    [one] job
   *[other] jobs
} deleted, with attempts and logs.
