UPDATE egret_jobs SET user_id = NULL, unique_key = NULL, site_id = NULL
WHERE id = ?1 AND (user_id IS NOT NULL OR unique_key IS NOT NULL OR site_id IS NOT NULL)
