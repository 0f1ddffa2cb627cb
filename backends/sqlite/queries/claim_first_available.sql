SELECT priority, due_at, id FROM egret_jobs
WHERE state = 2 AND lane = ?1
ORDER BY priority, due_at, id LIMIT ?2
