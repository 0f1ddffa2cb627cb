SELECT priority, due_at, position, record FROM egret_ready
WHERE lane = ?1 AND is_suspect = ?2 AND (priority, due_at, position) > (?4, ?5, ?6)
ORDER BY priority, due_at, position LIMIT ?3
