UPDATE egret_jobs SET user_id = NULL, unique_key = NULL
WHERE id = ?1 AND (user_id IS NOT NULL OR unique_key IS NOT NULL)
