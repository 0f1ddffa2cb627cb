# What stands around every page.
nav-status = Status
nav-jobs = Jobs
nav-reservations = Run reservations
nav-logs = Run history
nav-tasks = Tasks
nav-services = Services
nav-queues = Queues
nav-discarded = Discarded
nav-audit = Changes
nav-own = My jobs
shell-skip = To the content
shell-navigation = Pages
shell-theme = Light or dark
shell-logout = Log out
shell-stale = Not up to date: this page could not be read again.
strip-well = All is well
strip-warned = Nothing is late, but look here
strip-stuck = Jobs are late
strip-services = { $n ->
    [one] 1 service
   *[other] { $n } services
  }
strip-waiting = { $n } waiting
strip-oldest = oldest { $age }
strip-throughput = { $n }/min
moment-ago = { $n } ago
moment-in = in { $n }
fault-title = That did not work
fault-title-not-found = Page cannot be found
fault-title-forbidden = Not allowed
fault-not-found = There is no such page, or what it showed is gone.
fault-forbidden = Your role does not allow this. Ask an administrator of Egret.
fault-bad-value = { $field } cannot be “{ $value }”.
fault-unsupported = This store cannot do that.
fault-store = The store says: { $error }
fault-page = The page could not be made. The log of the console says why.
fault-too-large = The form is too large.
fault-too-slow = The form took too long to arrive.
fault-no-form = Only forms are read here.
fault-forged = This form does not come from a page of this session. Open the page again and repeat what you did.
fault-read-only = This console is read-only.
fault-nothing-selected = Nothing was selected.
fault-nothing-found = None of what was selected is there any more.
fault-method = Only a form that deletes can be sent here.
moment-now = just now
