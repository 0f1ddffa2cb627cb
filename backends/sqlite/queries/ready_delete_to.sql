DELETE FROM egret_ready
WHERE lane = ?1 AND is_suspect = ?2 AND (priority, due_at, position) <= (?3, ?4, ?5)
