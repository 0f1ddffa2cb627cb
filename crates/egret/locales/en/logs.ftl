# Logs of attempts.

logs-none = nothing has run
logs-more = there are more:
