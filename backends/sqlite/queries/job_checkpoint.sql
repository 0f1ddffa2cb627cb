UPDATE egret_jobs SET lane = ?2, priority = ?3, user_id = ?4, payload = ?5, site_id = ?6 WHERE id = ?1
