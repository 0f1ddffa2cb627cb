# The page of the status.
status-well = Nothing is late.
status-since = since
status-stuck-title = The job seems to be stuck.
status-stuck-body = Please check the following items.
status-show-jobs = Show jobs
status-task-name = Task name
status-current-count = No. of actions
status-updated = Date and time updated
status-release = Release its jobs
status-resume = Resume the queue
status-start = Start a service
status-more = { $n ->
    [one] 1 more cause is
   *[other] { $n } more causes are
  } in status.json.
status-mend = What mends it:
