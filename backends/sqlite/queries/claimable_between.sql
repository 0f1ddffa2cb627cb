SELECT id, job_id, attempt, interruptions, origin,
    user_id IS NOT NULL OR unique_key IS NOT NULL OR site_id IS NOT NULL, payload
FROM egret_jobs WHERE id BETWEEN ?1 AND ?2
