SELECT due_at, id FROM egret_jobs
WHERE state = 3 AND lane = ?1 AND priority = ?2 AND (due_at, id) > (?3, ?4)
ORDER BY due_at, id LIMIT ?5
