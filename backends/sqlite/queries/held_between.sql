SELECT record, claim, owner, lane, attempt, interruptions, flags FROM egret_claims WHERE record BETWEEN ?1 AND ?2
