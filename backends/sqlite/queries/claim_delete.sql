DELETE FROM egret_claims WHERE record = ?1
