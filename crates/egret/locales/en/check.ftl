# What `egret check` finds, and `egret config` says.

check-place = folder { $folder }, environment { $environment }
check-error = error:
check-warning = warning:
check-hint = hint:
check-ok = ok
config-file-there = `{ $path }` is there already and stays as it is
config-file-there-hint = `egret config` shows what holds
config-file-unwritten = failed to write `{ $path }`: { $reason }

check-folder-absent = there is no folder `{ $folder }`
check-folder-absent-hint = name it with --root or EGRET_ROOT
check-no-folder = `{ $present }` is not a folder, `{ $folder }` cannot be made
check-folder-unwritable = the user { $user } may not write to the folder `{ $folder }`
check-folder-unwritable-hint = run it as the folder's owner, or `chown { $user } { $folder }`
check-folder-open = anybody may write to the folder `{ $folder }`
check-folder-open-hint = whoever can write to the store can run programs: `chmod o-w { $folder }`

check-store-memory = the store `memory:` ends with the process: jobs do not reach a service
check-store-memory-hint = use it for tests only
check-store-error = { $error }
check-store-unusable = the store `{ $path }` may not be read and written by this user
check-store-unusable-hint = run it as the file's owner, or `chown { $user } { $path }`
check-tables-none = the database has no table of Delayed Job
check-tables-beside = the database has none of Egret's tables beside Delayed Job's: services of other processes are not seen, and a job whose process was killed waits until `max_run_time` has passed, as in Ruby
check-tables-hint = `egret migrate` makes them
check-run-time = `max_run_time: { $set }` is less than { $shortest }: a lock may be over before a service that has lost the database gives up its jobs, and another worker runs them beside it
check-run-time-hint = set `delayed_job.max_run_time` to { $shortest } or more; a job of a class of its own is ended earlier by its `time_limit`
check-store-newer = the store `{ $path }` has version { $version } of its tables, this program knows up to { $known }
check-store-newer-hint = use the newer program

check-files = this process may open { $limit } files, the section `{ $section }` with `concurrency: { $concurrency }` can need { $needed }
check-files-hint = raise it: `ulimit -n { $needed }`, or `LimitNOFILE={ $needed }` in the unit
check-stop-time = `shutdown_timeout: { $timeout }` of the section `{ $section }` is longer than systemd waits if the unit says nothing
check-memory = `max_memory` of the section `{ $section }` is { $wanted } bytes, and the unit or container has { $given }: the kernel would kill the service first
check-memory-hint = set `max_memory` below it
check-threads = the unit or container may have { $given } threads, the section `{ $section }` can need { $threads }
check-setting = `{ $setting }`
