SELECT {queue} AS name,
    CASE WHEN failed_at IS NOT NULL THEN 'discarded'
         WHEN locked_at >= ? THEN 'locked'
         WHEN run_at <= ? THEN 'available'
         WHEN attempts > 0 OR last_error IS NOT NULL THEN 'retryable'
         ELSE 'scheduled' END AS state,
    count(*)
FROM "{table}"
GROUP BY 1, 2
