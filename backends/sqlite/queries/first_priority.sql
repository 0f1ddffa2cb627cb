SELECT priority FROM egret_ready WHERE lane = ?1 AND is_suspect = ?2 ORDER BY priority LIMIT 1
