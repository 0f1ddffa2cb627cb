INSERT INTO egret_history (record, lane, state, attempt, interruptions, finished_at, claim, service, started_at, error, value)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
