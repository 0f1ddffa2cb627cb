UPDATE egret_history SET (user_id, site_id) = (SELECT user_id, site_id FROM egret_jobs WHERE id = ?1) WHERE record = ?1
