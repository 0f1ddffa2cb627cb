SELECT id, queue, class, n_scheduled, n_retryable, n_available, n_suspect, n_claimed, n_blocked, n_completed, n_cancelled,
    n_discarded
FROM egret_lanes
ORDER BY id
