INSERT INTO egret_presence (name, changed_at) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET changed_at = max(changed_at, excluded.changed_at)
