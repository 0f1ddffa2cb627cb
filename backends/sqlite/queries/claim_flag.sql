UPDATE egret_claims SET flags = flags | ?2 WHERE record = ?1
