# Jobs: the list, a job's page, changes, a new one, discarded ones.
jobs-field-state = Status
jobs-field-queue = Queue
jobs-field-class = Job
jobs-field-user = User
jobs-field-site = Site
jobs-field-since = Since
jobs-field-before = Before
jobs-field-text = Text
jobs-field-when = When
jobs-field-attempts = Attempts
jobs-time-example = 1h or 2026-01-31 09:00
jobs-later-example = 10m or 2026-01-31 09:00
jobs-all-states = all
jobs-unreadable = (payload that cannot be read)
jobs-filter = Filter
jobs-remove-filter = Remove the filter { $n }
jobs-show = Show
jobs-show-all = Show all jobs
jobs-count = { $n }
jobs-among-newest = The text was looked for in the newest { $n } jobs that match the rest; there are older ones.
jobs-empty = No jobs yet. They appear here as soon as your application enqueues one, or by this command:
jobs-none-match = No job matches.
jobs-none-on-page = Nothing here matches; there are more on the next page.
jobs-select = Selection
jobs-select-one = Select { $n }
jobs-selected = Selected:
jobs-all = All that match:
jobs-all-n = All { $n } that match:
jobs-pages = Pages of the list
jobs-first-page = First page
jobs-next-page = Next page
jobs-back = Back
jobs-do-retry = Retry
jobs-do-run-now = Run now
jobs-do-reschedule = Reschedule
jobs-do-cancel = Cancel
jobs-do-delete = Delete
jobs-ask-retry = { $n ->
    [one] Run 1 job again?
   *[other] Run { $n } jobs again?
  }
jobs-ask-run-now = { $n ->
    [one] Run 1 job now?
   *[other] Run { $n } jobs now?
  }
jobs-ask-reschedule = { $n ->
    [one] Give 1 job another time?
   *[other] Give { $n } jobs another time?
  }
jobs-ask-cancel = { $n ->
    [one] Cancel 1 job?
   *[other] Cancel { $n } jobs?
  }
jobs-ask-delete = { $n ->
    [one] Delete 1 job?
   *[other] Delete { $n } jobs?
  }
jobs-final = This cannot be undone.
jobs-none-to-change = No job is left for this.
jobs-samples = For example:
jobs-more = … and { $n } more
jobs-done = { $n } done
jobs-go-on-note = The rest is still as it was. Each step takes about two seconds.
jobs-go-on = Go on
jobs-stop-here = Stop here
jobs-bad-time = This is no time. Write a length of time such as 10m, or a date and time such as 2026-01-31 09:00.
jobs-new = New job
jobs-new-submit = Enqueue
jobs-new-time = Time of the run
jobs-new-at = Not before (empty: at once)
jobs-new-own-queue = the queue of the class
jobs-new-priority-note = smaller runs first
jobs-new-arguments-note = JSON: an array of arguments in order, or one object that gives them by name.
jobs-new-no-classes = This program knows no job classes. Mount the console into the application that has them, or list programs under exec.allow in config/job.yml.
jobs-new-no-class = Choose a class.
jobs-new-unknown-class = This program does not know the class { $class }.
jobs-new-bad-json = This cannot be read as JSON: look at line { $line }, character { $column }.
jobs-new-no-array = Write an array such as [7, "text"], or an object such as {"{"}"invoice_id": 7{"}"}.
jobs-new-bad-queue = Write the name of one queue, without *, of at most 200 letters.
jobs-new-bad-priority = Write a whole number.
job-remedy = What helps, or shows more:
job-id = Job ID
job-arguments = Arguments
job-priority = Priority
job-enqueued = Enqueued
job-due = Due
job-started = Started
job-finished = Completed
job-runner = Runs at
job-interruptions = Services that died while it ran
job-origin-application = by the application
job-origin-command-line = by the command line
job-origin-console = by the console
job-origin-unknown = by another program
job-ended-completed = It ended well.
job-ended-cancelled = It was cancelled.
job-ended-discarded = It failed and is not tried again by itself.
job-running = It runs.
job-attempts = Attempts
job-attempt = Attempt { $n }
job-timeline = Attempts over time
job-backtrace = Backtrace
job-log = Log
job-lines-before = { $n ->
    [one] 1 earlier line is
   *[other] { $n } earlier lines are
  } not shown here.
job-no-lines = It has written nothing.
job-earlier = { $n ->
    [one] 1 earlier attempt is
   *[other] { $n } earlier attempts are
  } not shown.
job-payload = Payload as it is stored
reservations-time = Due
reservations-name = Job
reservations-empty = Nothing is reserved: no job waits or runs. This reserves a run:
reservations-empty-own = You have no jobs that wait or run.
reservations-delete = Delete
reservations-delete-note = Deleting cancels the job.
reservations-ask = Are you sure you want to delete it?
reservations-ask-running = It runs: it is asked to stop.
discarded-each = One by one
discarded-count = Jobs
discarded-error = Error
discarded-latest = Latest
discarded-first = First
discarded-do = Actions
discarded-more = … and { $n } more { $n ->
    [one] kind
   *[other] kinds
  } of errors
discarded-among-newest = These are the newest { $n } discarded jobs; there are older ones.
discarded-empty = No job has been discarded. One that fails for good is kept here with its error, and can be run again.
own-logs-empty = None of your jobs has run yet.
notice-jobs-again = Please look again and confirm: the page before was used already, or was open for too long.
notice-jobs-created = The job is enqueued.
notice-jobs-retry = { $n ->
    [one] 1 job runs again.
   *[other] { $n } jobs run again.
  } { $rest ->
    [0] { "" }
   *[other] { $rest } could not, or had moved on.
  }{ $asked ->
    [0] { "" }
    [one] 1 was asked to stop.
   *[other] { $asked } were asked to stop.
  }
notice-jobs-run-now = { $n ->
    [one] 1 job runs now.
   *[other] { $n } jobs run now.
  } { $rest ->
    [0] { "" }
   *[other] { $rest } could not, or had moved on.
  }{ $asked ->
    [0] { "" }
    [one] 1 was asked to stop.
   *[other] { $asked } were asked to stop.
  }
notice-jobs-reschedule = { $n ->
    [one] 1 job has another time.
   *[other] { $n } jobs have another time.
  } { $rest ->
    [0] { "" }
   *[other] { $rest } could not, or had moved on.
  }{ $asked ->
    [0] { "" }
    [one] 1 was asked to stop.
   *[other] { $asked } were asked to stop.
  }
notice-jobs-cancel = { $n ->
    [one] 1 job is cancelled.
   *[other] { $n } jobs are cancelled.
  } { $asked ->
    [0] { "" }
    [one] 1 that runs was asked to stop.
   *[other] { $asked } that run were asked to stop.
  } { $rest ->
    [0] { "" }
   *[other] { $rest } could not, or had moved on.
  }
notice-jobs-delete = { $n ->
    [one] 1 job is deleted.
   *[other] { $n } jobs are deleted.
  } { $rest ->
    [0] { "" }
   *[other] { $rest } could not, or had moved on.
  }{ $asked ->
    [0] { "" }
    [one] 1 was asked to stop.
   *[other] { $asked } were asked to stop.
  }
notice-reservations-deleted = Deleted.
notice-reservations-asked = { $n ->
    [one] Deleted. 1 job that runs was asked to stop.
   *[other] Deleted. { $n } jobs that run were asked to stop.
  }
notice-reservations-kept = { $n ->
    [one] 1 job could not be deleted.
   *[other] { $n } jobs could not be deleted.
  }
jobs-select-all = Select all on this page
jobs-text-note = in the job, its arguments or its error
jobs-confirm-do = { $n ->
    [one] { $label } (1 job)
   *[other] { $label } ({ $n } jobs)
  }
