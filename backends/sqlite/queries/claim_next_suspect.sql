SELECT priority, due_at, id FROM egret_jobs
WHERE state = 3 AND lane = ?1 AND (priority, due_at, id) > (?3, ?4, ?5)
ORDER BY priority, due_at, id LIMIT ?2
