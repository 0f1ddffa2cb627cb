UPDATE egret_jobs SET state = ?2, due_at = ?3 WHERE id = ?1
