SELECT EXISTS (SELECT 1 FROM egret_control WHERE expires_at IS NOT NULL AND expires_at <= ?1)
