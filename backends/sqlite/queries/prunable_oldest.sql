SELECT record FROM egret_history ORDER BY finished_at LIMIT ?1
