UPDATE egret_jobs SET attempt = ?2, interruptions = ?3, started_at = coalesce(?4, started_at) WHERE id = ?1
