SELECT lane, state, claim, service, attempt, started_at, finished_at, error, user_id, site_id
FROM egret_history WHERE record = ?1
