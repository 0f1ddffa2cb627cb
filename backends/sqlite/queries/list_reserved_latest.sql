SELECT due_at, position, record FROM egret_reserved
WHERE lane = ?1 AND state = ?2 AND (due_at, position) > (?3, ?4) AND (due_at, position) < (?5, ?6)
ORDER BY due_at DESC, position DESC LIMIT ?7
