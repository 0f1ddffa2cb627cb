INSERT INTO egret_start_rights (nonce, name, granted_at, lapses_at, holder) VALUES (?1, ?2, ?3, ?4, ?5)
