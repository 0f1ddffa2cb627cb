UPDATE egret_jobs SET flags = flags | 1 WHERE id = ?1
