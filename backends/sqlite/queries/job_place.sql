SELECT lane, priority, due_at, position FROM egret_jobs WHERE id = ?1
