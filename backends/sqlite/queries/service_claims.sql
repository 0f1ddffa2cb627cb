SELECT record, claim, lane, attempt, interruptions, flags FROM egret_claims WHERE owner = ?1 ORDER BY record
