UPDATE egret_claims SET lane = ?2 WHERE record = ?1
