UPDATE egret_jobs SET flags = flags | 2 WHERE id = ?1
