SELECT count(*) FROM egret_jobs WHERE state < 2 AND lane = ?1 AND state = ?2 AND due_at <= ?3
