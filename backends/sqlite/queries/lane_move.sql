UPDATE egret_lanes SET n_scheduled = n_scheduled + ?2, n_retryable = n_retryable + ?3, n_available = n_available + ?4,
    n_suspect = n_suspect + ?5, n_claimed = n_claimed + ?6, n_blocked = n_blocked + ?7, n_completed = n_completed + ?8,
    n_cancelled = n_cancelled + ?9, n_discarded = n_discarded + ?10
WHERE id = ?1
