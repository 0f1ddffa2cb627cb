UPDATE egret_jobs SET id = ?2, state = 2, due_at = ?3, interruptions = 0, payload = coalesce(?4, payload) WHERE id = ?1
