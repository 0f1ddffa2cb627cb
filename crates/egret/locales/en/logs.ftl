# Logs of attempts.
