# Listings in general, and of jobs and queues.

listing-more = there are more:
jobs-none = no jobs

queues-none-match = No queue matches.
queues-found = { $count } { $count ->
    [one] queue matches
   *[other] queues match
}:
queues-ask-pause = Pause { $count ->
    [one] it
   *[other] them
}?
queues-ask-resume = Resume { $count ->
    [one] it
   *[other] them
}?
queues-paused = { $name } paused
queues-resumed = { $name } resumed
queues-never-used = no job has been in the queue `{ $name }` yet
queues-no-section = no section
