-- CROSS JOIN keeps this order: there are few claims, which SQLite does not know where it has measured none.
SELECT jobs.due_at, jobs.position, claims.record, claims.lane, claims.claim, claims.owner, claims.flags,
    executions.started_at, jobs.user_id, jobs.site_id
FROM egret_claims AS claims CROSS JOIN egret_jobs AS jobs ON jobs.id = claims.record
    LEFT JOIN egret_executions AS executions ON executions.claim = claims.claim
