INSERT INTO egret_reserved (lane, state, due_at, position, record)
SELECT lane, state, due_at, position, id FROM egret_jobs WHERE id BETWEEN ?1 AND ?2 AND state = 0
