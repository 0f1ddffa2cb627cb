SELECT nonce, granted_at, lapses_at, holder FROM egret_start_rights WHERE name = ?1
