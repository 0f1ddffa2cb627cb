# Why a command line cannot be understood. In English clap says it itself; these are what is said where it cannot.

usage-unknown-argument = unexpected argument `{ $argument }`
usage-unknown-command = there is no command `{ $command }`
usage-no-command = `{ $command }` needs a command
usage-missing = these arguments are missing: { $arguments }
usage-no-value = `{ $argument }` needs a value
usage-invalid-value = invalid value `{ $value }` for `{ $argument }`
usage-refused-value = invalid value `{ $value }` for `{ $argument }`: { $reason }
usage-conflict = `{ $argument }` cannot be used with `{ $others }`
usage-twice = `{ $argument }` can be given only once
usage-no-equals = the value of `{ $argument }` stands behind an equal sign
usage-too-many-values = `{ $value }` is one value too many for `{ $argument }`
usage-number-of-values = `{ $argument }` needs another number of values
usage-not-utf8 = the command line is not UTF-8
usage-similar = something similar exists: `{ $word }`
usage-known = there are: { $words }
usage-line = Usage: { $usage }
usage-more = `--help` tells more.
