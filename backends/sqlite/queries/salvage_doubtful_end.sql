-- Ends that may have been taken back, of jobs that have a place again.
DELETE FROM egret_history
WHERE record IN (SELECT record FROM told)
  AND (record IN (SELECT record FROM egret_ready)
    OR record IN (SELECT record FROM egret_reserved)
    OR record IN (SELECT record FROM egret_claims));
