SELECT record FROM egret_history WHERE state > 6 AND state = ?1 AND finished_at <= ?2 ORDER BY finished_at LIMIT ?3
