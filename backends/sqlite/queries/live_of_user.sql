SELECT count(*) FROM egret_jobs WHERE user_id = ?1
