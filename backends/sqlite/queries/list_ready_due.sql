SELECT due_at, position, record FROM egret_ready
WHERE lane = ?1 AND is_suspect = ?2 AND priority = ?3 AND (due_at, position) > (?4, ?5) AND (due_at, position) < (?6, ?7)
ORDER BY due_at ASC, position ASC LIMIT ?8
