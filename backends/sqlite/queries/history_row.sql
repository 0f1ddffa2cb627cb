SELECT lane, state, claim, service, attempt, started_at, finished_at, error FROM egret_history WHERE record = ?1
