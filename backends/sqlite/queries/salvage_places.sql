-- Every job that has not ended waits in its place; what was claimed is given back.
UPDATE egret_jobs SET state = 2 WHERE state IN (0, 1) AND id IN (SELECT record FROM egret_claims);
UPDATE egret_jobs SET state = CASE WHEN interruptions > 0 THEN 3 ELSE 2 END WHERE state NOT IN (0, 1);
DELETE FROM egret_ready;
DELETE FROM egret_reserved;
DELETE FROM egret_claims;
DELETE FROM egret_services;
DELETE FROM egret_start_rights;
DELETE FROM egret_history WHERE record NOT IN (SELECT id FROM egret_jobs);
DELETE FROM egret_executions WHERE record NOT IN (SELECT id FROM egret_jobs);
UPDATE egret_executions SET state = 5, closed_at = coalesce(closed_at, started_at) WHERE state = 0;
INSERT INTO egret_ready (lane, is_suspect, priority, due_at, position, record)
SELECT lane, state = 3, priority, due_at, position, id FROM egret_jobs
WHERE state IN (2, 3) AND id NOT IN (SELECT record FROM egret_history);
INSERT INTO egret_reserved (lane, state, due_at, position, record)
SELECT lane, state, due_at, position, id FROM egret_jobs
WHERE state IN (0, 1) AND id NOT IN (SELECT record FROM egret_history);
UPDATE egret_lanes SET
    n_scheduled = (SELECT count(*) FROM egret_reserved WHERE lane = egret_lanes.id AND state = 0),
    n_retryable = (SELECT count(*) FROM egret_reserved WHERE lane = egret_lanes.id AND state = 1),
    n_available = (SELECT count(*) FROM egret_ready WHERE lane = egret_lanes.id AND is_suspect = 0),
    n_suspect = (SELECT count(*) FROM egret_ready WHERE lane = egret_lanes.id AND is_suspect = 1),
    n_claimed = 0,
    n_blocked = 0,
    n_completed = (SELECT count(*) FROM egret_history WHERE lane = egret_lanes.id AND state = 6),
    n_cancelled = (SELECT count(*) FROM egret_history WHERE lane = egret_lanes.id AND state = 7),
    n_discarded = (SELECT count(*) FROM egret_history WHERE lane = egret_lanes.id AND state = 8);
INSERT INTO egret_sequence (id, next)
SELECT 1, 1 + max(0, coalesce((SELECT max(max(id), max(position)) FROM egret_jobs), 0),
    coalesce((SELECT max(claim) FROM egret_executions), 0), coalesce((SELECT max(claim) FROM egret_history), 0),
    coalesce((SELECT next FROM egret_sequence), 0))
WHERE true
ON CONFLICT (id) DO UPDATE SET next = excluded.next;
