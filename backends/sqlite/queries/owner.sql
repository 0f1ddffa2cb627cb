SELECT user_id, site_id FROM egret_jobs WHERE id = ?1
