SELECT kind, key, owner, body, expires_at, version FROM egret_control
WHERE kind = ?1 AND key > ?2 AND (expires_at IS NULL OR expires_at > ?3)
ORDER BY key LIMIT ?4
