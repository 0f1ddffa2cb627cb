SELECT due_at, id FROM egret_jobs
WHERE state < 2 AND lane = ?1 AND state = ?2 AND due_at > ?3 AND due_at <= ?4 AND (due_at, id) > (?5, ?6)
ORDER BY due_at, id LIMIT ?7
