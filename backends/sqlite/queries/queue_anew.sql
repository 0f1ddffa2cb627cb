UPDATE egret_jobs SET id = ?2, lane = ?3, state = ?4, priority = coalesce(?5, priority), due_at = ?6, attempt = ?7,
    interruptions = ?8, flags = 0, owner = NULL, started_at = coalesce(?9, started_at), error = ?10,
    payload = coalesce(?11, payload), user_id = CASE WHEN ?11 IS NULL THEN user_id ELSE ?12 END
WHERE id = ?1
