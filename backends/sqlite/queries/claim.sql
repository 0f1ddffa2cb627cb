INSERT INTO egret_claims (record, claim, owner, lane, attempt, interruptions, flags) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
