SELECT name, count(*), min(run_at)
FROM (
    SELECT {queue} AS name, run_at FROM "{table}"
    WHERE failed_at IS NULL AND run_at <= ? AND (locked_at IS NULL OR locked_at < ?){excluded}
    LIMIT ?
) AS due
GROUP BY name
