SELECT finished_at, record, lane, state FROM egret_history
WHERE state > 6 AND state = ?3 AND (finished_at, record) < (?1, ?2)
ORDER BY finished_at DESC, record DESC
