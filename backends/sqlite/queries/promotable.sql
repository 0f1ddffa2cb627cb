SELECT id, state, interruptions FROM egret_jobs
WHERE state < 2 AND lane = ?1 AND state IN (0, 1) AND due_at <= ?2
LIMIT ?3
