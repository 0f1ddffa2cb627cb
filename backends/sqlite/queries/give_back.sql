UPDATE egret_jobs SET state = ?2, owner = NULL, flags = 0, attempt = ?3, interruptions = ?4,
    started_at = coalesce(?5, started_at)
WHERE id = ?1
