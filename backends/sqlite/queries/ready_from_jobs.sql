INSERT INTO egret_ready (lane, is_suspect, priority, due_at, position, record)
SELECT lane, 0, priority, due_at, position, id FROM egret_jobs WHERE id BETWEEN ?1 AND ?2 AND state = 2
