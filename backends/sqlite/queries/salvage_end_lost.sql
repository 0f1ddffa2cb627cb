-- Jobs that have ended, but how is lost: they are kept, discarded, so that a person can look and decide.
INSERT INTO egret_history (record, lane, state, attempt, interruptions, finished_at, started_at, error)
SELECT id, lane, 8, attempt, interruptions, enqueued_at, started_at,
    json_object('class', 'Egret::EndLost', 'message', 'how this job ended was lost when the store was damaged')
FROM egret_jobs
WHERE id IN (SELECT record FROM told) AND id NOT IN (SELECT record FROM egret_history);
