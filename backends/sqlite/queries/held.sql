SELECT lane, attempt, interruptions, flags FROM egret_claims WHERE record = ?1 AND claim = ?2 AND owner = ?3
