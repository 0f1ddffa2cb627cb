UPDATE egret_jobs SET lane = ?2, state = ?3, priority = ?4, due_at = ?5, position = ?6, attempt = ?7, interruptions = ?8,
    started_at = coalesce(?9, started_at), error = ?10, payload = coalesce(?11, payload),
    user_id = CASE WHEN ?11 IS NULL THEN user_id ELSE ?12 END, site_id = CASE WHEN ?11 IS NULL THEN site_id ELSE ?13 END
WHERE id = ?1
