DELETE FROM egret_control WHERE kind = ?1 AND key = ?2
RETURNING kind, key, owner, body, expires_at, version
