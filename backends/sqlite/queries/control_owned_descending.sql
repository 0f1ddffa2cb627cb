SELECT kind, key, owner, body, expires_at, version FROM egret_control
WHERE kind = ?1 AND owner = ?5 AND (?2 IS NULL OR key < ?2) AND (expires_at IS NULL OR expires_at > ?3)
ORDER BY key DESC LIMIT ?4
