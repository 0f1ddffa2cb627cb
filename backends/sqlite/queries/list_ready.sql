SELECT due_at, position, record FROM egret_ready
WHERE lane = ?1 AND is_suspect = ?2 AND priority = ?3 AND (due_at, position) > (?4, ?5)
ORDER BY due_at, position LIMIT ?6
