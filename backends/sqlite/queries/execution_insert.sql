INSERT INTO egret_executions (claim, record, lane, attempt, state, service, started_at, closed_at, error)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (claim) DO UPDATE SET state = excluded.state, attempt = excluded.attempt,
    started_at = coalesce(excluded.started_at, started_at), closed_at = excluded.closed_at, error = excluded.error
