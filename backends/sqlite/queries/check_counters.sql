WITH present (lane, scheduled, retryable, available, suspect, claimed, completed, cancelled, discarded) AS (
    SELECT lane, sum(place = 0), sum(place = 1), sum(place = 2), sum(place = 3), sum(place = 4), sum(place = 6), sum(place = 7),
        sum(place = 8)
    FROM (
        SELECT lane, state AS place FROM egret_reserved
        UNION ALL SELECT lane, 2 + is_suspect FROM egret_ready
        UNION ALL SELECT lane, 4 FROM egret_claims
        UNION ALL SELECT lane, state FROM egret_history
    )
    GROUP BY lane
)
SELECT format('lane %d of queue `%s` and class `%s`', lanes.id, lanes.queue, lanes.class)
FROM egret_lanes AS lanes LEFT JOIN present ON present.lane = lanes.id
WHERE (lanes.n_scheduled, lanes.n_retryable, lanes.n_available, lanes.n_suspect, lanes.n_claimed, lanes.n_completed,
       lanes.n_cancelled, lanes.n_discarded)
    IS NOT (coalesce(scheduled, 0), coalesce(retryable, 0), coalesce(available, 0), coalesce(suspect, 0),
        coalesce(claimed, 0), coalesce(completed, 0), coalesce(cancelled, 0), coalesce(discarded, 0))
