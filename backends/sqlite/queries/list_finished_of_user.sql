SELECT finished_at, record, lane, state, user_id, site_id FROM egret_history
WHERE user_id = ?4 AND (finished_at, record) < (?1, ?2) AND finished_at >= ?3
ORDER BY finished_at DESC, record DESC
