-- Jobs that may have been deleted: they have, if they neither wait nor run nor have ended.
DELETE FROM egret_jobs
WHERE id IN (SELECT record FROM told)
  AND id NOT IN (SELECT record FROM egret_history)
  AND id NOT IN (SELECT record FROM egret_ready)
  AND id NOT IN (SELECT record FROM egret_reserved)
  AND id NOT IN (SELECT record FROM egret_claims);
