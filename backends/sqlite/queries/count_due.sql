SELECT count(*) FROM egret_reserved WHERE lane = ?1 AND state = ?2 AND due_at <= ?3
