# Named tasks.
tasks-state = Status
tasks-keyword = Name
tasks-search = Search
tasks-choose = Selection
tasks-name = Task name
tasks-progress = Progress
tasks-is-service = service
tasks-none = No task has run yet. Code that must not run twice at a time makes one: egret::tasks.
tasks-none-here = No task matches.
tasks-delete-chosen = Delete those chosen
tasks-lost-owner = its owner has gone without closing it
tasks-owner = Owner
tasks-interrupt = Abort order
tasks-total = Total count
tasks-current = No. of actions
tasks-stop = Stop
tasks-reset = Initialize state
tasks-run = Run { $n }
tasks-lines = { $n ->
    [one] 1 line
   *[other] { $n } lines
  }
tasks-download = Log download
tasks-delete-title = Delete tasks
tasks-delete-count = { $n ->
    [one] 1 task goes, with the logs of its runs:
   *[other] { $n } tasks go, with the logs of their runs:
  }
tasks-delete-sure = Are you sure you want to delete it? This cannot be undone.
tasks-keep = Keep
notice-task-interrupted = Suspension order sent.
notice-task-reset = State initialized.
notice-task-deleted = Deleted.
notice-tasks-not-deleted = { $n ->
    [one] 1 task
   *[other] { $n } tasks
  } could not be deleted.
notice-tasks-partly-deleted = { $n } deleted. { $refused } could not be deleted.
fault-task-service = { $n ->
    [one] A service of this name lives
   *[other] { $n } services of this name live
  }, so it is neither reset nor deleted. Stop services on their own page.
fault-task-owner = The process { $pid } on { $host } has the task and lives, so it is neither reset nor deleted. Stop the task first.
tasks-earlier = { $n ->
    [one] 1 earlier run is
   *[other] { $n } earlier runs are
  } not shown.
tasks-chosen = Selected tasks:
