SELECT record FROM egret_history WHERE finished_at <= ?1 AND state = 6 ORDER BY finished_at LIMIT ?2
