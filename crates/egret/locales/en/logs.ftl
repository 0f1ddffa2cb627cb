# Logs of attempts.

logs-none = nothing has run
