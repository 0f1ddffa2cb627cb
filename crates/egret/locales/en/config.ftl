# What is wrong with a configuration, and what to do about it.

config-problems = { $count } problems in the configuration
config-hint = hint: { $hint }
config-option = option { $key }

config-invalid = invalid value `{ $value }` for `{ $key }`, expected { $expected }
config-invalid-secret = invalid value for `{ $key }`, expected { $expected }
config-invalid-environment = invalid value `{ $value }` for the environment `{ $environment }`, expected keys
config-invalid-content = invalid content `{ $value }`, expected { $expected }
config-empty-queues = `{ $key }` is empty, expected at least one queue
config-unknown-option = unknown option `{ $key }`
config-unknown-variable = unknown variable `{ $key }`
config-unknown-section = unknown section `{ $section }`, the configuration has { $known }
config-no-environment = no environment `{ $environment }` here, the file has { $known }
config-no-environment-hint = add it, or choose another environment with EGRET_ENV
config-beside-environments = `{ $key }` stands beside the environments
config-beside-environments-hint = move `{ $key }` into an environment such as `production`
config-into-an-environment-hint = move `{ $key }` into a section of an environment, such as `{ $section }` below `production`
config-into-a-section-hint = `{ $key }` belongs into a section: move it below one, such as `{ $section }`
config-did-you-mean = did you mean `{ $word }`?
config-known-here = known here: { $known }
config-unreadable = failed to read the file: { $reason }
config-no-file = there is no such file
config-not-yaml = failed to read as YAML: { $reason }

# What is no YAML, or not of the kind that a configuration may be.

config-yaml-at = { $reason }, in column { $column }
config-yaml-duplicate = duplicate key `{ $key }`, expected it once
config-yaml-duplicate-key = duplicate key, expected it once
config-yaml-too-much = too many or too deeply nested values, with those of aliases, for a configuration
config-yaml-recursive = an anchor that contains itself
config-yaml-infinite = invalid number `{ $value }`, expected a finite one; write `"{ $value }"` for a text
config-yaml-documents = several documents in one file, expected one
config-yaml-other = { $reason }

# What was expected, as a part of a sentence.

config-expected-words = { $words }
config-expected-text = a text
config-expected-truth = `true` or `false`
config-expected-number = a whole number
config-expected-positive = a whole number of at least 1
config-expected-count = a whole number of at least 0
config-expected-duration = seconds or a duration such as `10s`, `5m`, `6h`, `2d`, `500ms`
config-expected-positive-duration = more than 0: seconds or a duration such as `10s`, `5m`, `500ms`
config-expected-bytes = bytes or an amount such as `512M` or `2G`, more than 0
config-expected-zone = the name of a zone such as `Asia/Tokyo`
config-expected-clock-zone = `utc`, `local`, or the name of a zone such as `Asia/Tokyo`
config-expected-mapping = a mapping
config-expected-mapping-with = a mapping with `{ $key }`
config-expected-keys = keys
config-expected-keys-of = keys: { $known }
config-expected-keys-with-values = keys with values
config-expected-section-keys = the keys of a section, such as `polling`
config-expected-queue = the name of a queue
config-expected-a-queue = at least one queue
config-expected-weights = weights of at least 1
config-expected-url = a URL such as `{ $example }`
config-expected-listen = an address and a port such as `127.0.0.1:3000`
config-expected-proxy = the address of a proxy such as `10.0.0.1`
config-expected-path = an absolute path
config-expected-variable = the name of a variable
config-expected-no-url = the name of a variable, not a URL
config-expected-sidekiq-keys = keys such as `concurrency` and `queues`
config-expected-sidekiq-capsules = names with keys
config-expected-sidekiq-capsule = `queues` and `concurrency`
config-expected-sidekiq-queue = the name of a queue, or `[name, weight]`
config-expected-resque-queues = queues such as `critical,low` or `*`
config-expected-resque-seconds = seconds such as `5` or `0.5`

# What is no error and yet hardly meant.

config-unread = `{ $key }` is for executors beside the built-in ones, and nothing in this program reads it
config-queue-twice = the section `{ $section }` polls the queue `{ $queue }` twice; the first place counts
config-never-started = the section `{ $section }` is `on_demand`, but enqueues start only the section `{ $default }`: nothing starts for { $queues }
config-never-started-hint = set `mode: service` and run `egret run --section { $section }`, or let `{ $default }` poll it
config-name-twice = the sections `{ $holder }` and `{ $section }` have the same `name: { $name }`, so that their services count as the same
config-unpolled-limit = `pool.{ $queue }` limits a queue that no section polls

config-ruby-reads = Ruby reads `{ $value }` as { $reads }
config-ruby-write = write { $instead }
config-ruby-number = the number { $number }
config-ruby-symbol = the symbol `{ $name }`, which is no text
config-ruby-boolean = the boolean { $truth }
config-ruby-date = a date, and refuses the file
config-ruby-text = a text
config-ruby-instead = `{ $value }`, or { $quoted }
config-ruby-quoted = `"{ $value }"` for a text
config-ruby-no-colon = `{ $name }` without the colon
config-ruby-digits = the digits of the number, or { $quoted }

# Files and variables of Sidekiq and Resque.

config-means-nothing = `{ $key }` means nothing here: { $reason }
config-sidekiq-ruby = `{ $tag }` is Ruby, and no Ruby is run here
config-sidekiq-ruby-hint = write the value itself, or leave it out and set a variable such as EGRET_CONCURRENCY, EGRET_POLLING_QUEUES, EGRET_SHUTDOWN_TIMEOUT
config-sidekiq-capsule-hint = a capsule has `queues` and `concurrency`
config-sidekiq-queue-twice = the queue `{ $queue }` stands in `{ $key }` twice
config-sidekiq-queue-twice-hint = to have it drawn more often, write `[{ $queue }, 2]` once
config-sidekiq-provider-unset = `{ $provider }` names the variable `{ $name }`, which is not set
config-sidekiq-provider-hint = set `{ $url }` to the URL, or `{ $provider }` to the name of the variable that has it

config-nothing-supervised = a service stays in the foreground, and `egret systemd install` has it supervised
config-nothing-log-file = `--log-file` says where log lines go
config-nothing-ruby = it tells Ruby what to load and run
config-nothing-log-lines = `--log-level` and `--log-format` shape log lines
config-nothing-add-on = it belongs to an add-on
config-nothing-there-either = it has no effect there either
config-nothing-environment = EGRET_ENV, APP_ENV, RAILS_ENV or RACK_ENV choose the environment
config-nothing-connections = connections stay open, and are made anew when they break
config-nothing-iteration = a job says itself when it stops to go on later
config-nothing-health = `egret status` and `egret console` answer whether all is well
config-nothing-fork = no process is forked for a job here; a program in a process of its own is the job `Egret::Command`
config-nothing-graceful = TERM, INT and QUIT let jobs finish here until `shutdown_timeout` (which `RESQUE_PRE_SHUTDOWN_TIMEOUT` sets), and give back what has not
config-nothing-woken = a service is woken by what is enqueued, and else looks every `polling.interval`
config-nothing-read-ahead = as many jobs are taken at once as start within moments
config-nothing-scheduled = each service moves what is due, within a second
config-nothing-procline = the line of the process in `ps` stays as it was started
config-nothing-failure-backend = the URL says it: `resque+redis://…?failure_backend=redis_multi_queue`
config-nothing-recurring = recurring jobs stay with the scheduler of Resque
