INSERT INTO egret_control (kind, key, owner, body, expires_at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (kind, key) DO UPDATE SET
    owner = excluded.owner, body = excluded.body, expires_at = excluded.expires_at, version = excluded.version
