SELECT count(*) FROM (SELECT 1 FROM egret_reserved WHERE lane = ?1 AND state = ?2 AND due_at <= ?3 LIMIT ?4)
