SELECT format('claim %d of job number %d by service %016x', claims.claim, claims.record, claims.owner)
FROM egret_claims AS claims
WHERE NOT EXISTS (SELECT 1 FROM egret_jobs WHERE id = claims.record)
   OR NOT EXISTS (SELECT 1 FROM egret_services WHERE id = claims.owner)
