SELECT jobs.due_at, jobs.position, claims.record, claims.lane, claims.claim, claims.owner, claims.flags, executions.started_at
FROM egret_claims AS claims JOIN egret_jobs AS jobs ON jobs.id = claims.record
    LEFT JOIN egret_executions AS executions ON executions.claim = claims.claim
