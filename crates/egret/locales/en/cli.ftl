# Why a command was refused.

cli-no-job = there is no job `{ $id }`
cli-no-attempt = the job `{ $id }` has no attempt { $attempt }
cli-job-deleted = the job `{ $id }` was deleted
cli-job-goes-on = the job goes on; follow it with `egret logs follow { $id }`
cli-job-waits = the job waits: { $sentence }
cli-job-runs = the job runs
cli-output-gaps = the output is not whole: { $remark }
cli-output-unreadable = failed to read the output of the job: { $error }
cli-output-unwritten = failed to write the output: { $error }
cli-log-unreadable = failed to read the log: { $error }
cli-unopened = failed to open `{ $path }`: { $error }
cli-not-run = failed to run `{ $path }`: { $error }
cli-no-signal = failed to listen for { $signal }: { $error }
cli-change-unsupported = the store { $store } cannot { $verb } jobs
cli-no-version = this store has no tables that could have a version

cli-program-not-utf8 = the program, `{ $word }`, is not UTF-8
cli-argument-not-utf8 = argument { $number }, `{ $word }`, is not UTF-8
cli-no-time = `--at` or `--in` says the new time
cli-bad-time = invalid value for `--at`: { $error }
cli-bad-moment = { $error }, or how long ago, such as `1d`
cli-no-text = `--text` has no words
cli-no-words = `--matching` has no words
cli-no-words-hint = `--all` means all
cli-bad-assignment = unexpected `{ $word }`, expected `{ $section }=SECTION` or `{ $environment }=ENVIRONMENT`
cli-sections-contradict = `--section { $option }` and `config={ $assigned }` contradict each other
cli-bad-variable = invalid value `{ $text }` in { $variable }: { $error }
cli-bad-level-hint = a level such as `debug`, or levels by module such as `warn,egret=debug`
cli-not-json = argument { $number }, `{ $text }`, is not JSON: { $error }
cli-not-json-text-hint = a text has quotes of its own: '"{ $text }"'
cli-not-json-hint = in a shell, single quotes around an argument keep its double quotes
cli-bad-scale = `{ $scale }` is no scale, expected 0.001 to 100
cli-no-row = no row's name contains `{ $only }`, expected for example `drain` or `pickup`

cli-no-service = there is no service `{ $word }`
cli-no-service-hint = `egret services list` shows those there are
cli-service-dead = the service `{ $word }` ({ $address }) is dead and takes no orders
cli-service-dead-hint = a living service gives back the jobs that it held; nothing is to be done
cli-order-late = { $n } of the services did not { $order } within { $time }; the order stands
cli-order-late-hint = `egret services list` shows what they do

cli-no-moment = invalid time `{ $text }`, expected one such as `2030-01-31T09:00:00+09:00`, `2030-01-31 09:00` or `09:00`
cli-no-day = invalid day `{ $text }`, expected `today`, `yesterday` or one such as `2026-11-23`
cli-no-span = invalid duration `{ $text }`, expected seconds or a number with `ms`, `s`, `m`, `h` or `d`, such as `10s`
cli-no-time-limit = expected more than 0
cli-no-word-of-job = the store did not say what became of the job
cli-job-cancelled = the job `{ $id }` was cancelled
cli-job-unexplained = the job `{ $id }` is `{ $state }`, and nothing says why
cli-output-panicked = showing the output ended with a panic
cli-not-started = failed to start: { $error }
cli-store-unopened = the store could not be opened before

cli-console-unreachable = failed to ask the console at `{ $url }`: { $error }
cli-console-unreachable-hint = is it served there? `egret console --listen ADDRESS:PORT` serves it
cli-console-strange = `{ $url }` does not answer as a console of this version: { $error }
cli-console-strange-hint = the URL is that of the console, such as http://127.0.0.1:3000
cli-console-locked = the console at `{ $url }` lets nobody in with this token
cli-console-locked-hint = make one there: `egret token create --user NAME --long-lived --scope status:read`
cli-console-forbidden = the token, or the role of its user, may not read the status at `{ $url }`
cli-console-forbidden-hint = the scope is `status:read`, the role at least `viewer`
cli-console-status = the console at `{ $url }` answers with the status { $status }
cli-console-encrypted = `{ $url }` is encrypted, which this program does not speak
cli-console-encrypted-hint = curl does: { $command }
cli-console-no-address = `{ $url }` is no address of a console, expected `http://HOST:PORT`

cli-job-runs-again = the service died while the job ran; the job runs again
cli-job-not-run = the job `{ $id }` has not run
cli-attempts-known = it has { $numbers }
cli-job-is = the job is { $state }
cli-job-is-after = the job is { $state }: attempt { $attempt }
