-- Jobs that no place names have ended, but how is lost: they are kept, discarded, so that a person can look and decide.
INSERT INTO egret_history (record, lane, state, attempt, interruptions, finished_at, started_at, error)
SELECT id, lane, 8, attempt, interruptions, enqueued_at, started_at,
    json_object('class', 'Egret::EndLost', 'message', 'how this job ended was lost when the store was damaged')
FROM egret_jobs
WHERE id NOT IN (SELECT record FROM egret_history)
  AND id NOT IN (SELECT record FROM egret_ready)
  AND id NOT IN (SELECT record FROM egret_reserved)
  AND id NOT IN (SELECT record FROM egret_claims);
