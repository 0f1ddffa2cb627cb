SELECT priority FROM egret_jobs WHERE state = 2 AND lane = ?1 ORDER BY priority LIMIT 1
