SELECT finished_at, id, lane, state FROM egret_history
WHERE (finished_at, id) < (?1, ?2)
ORDER BY finished_at DESC, id DESC
