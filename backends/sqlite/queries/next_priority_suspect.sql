SELECT priority FROM egret_jobs WHERE state = 3 AND lane = ?1 AND priority > ?2 ORDER BY priority LIMIT 1
