# Services.

services-none = no services
services-ordered = ordered
services-done = done
services-gone = had left already
services-dead = dead, takes no orders
services-matching = would be ordered
services-found = { $count } { $count ->
    [one] service matches
   *[other] services match
}:
services-ask-quiet = Make { $count ->
    [one] it
   *[other] them
} quiet?
services-ask-resume = Have { $count ->
    [one] it
   *[other] them
} claim again?
services-ask-stop = Stop { $count ->
    [one] it
   *[other] them
}?
