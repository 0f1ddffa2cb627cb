DELETE FROM egret_jobs WHERE id = ?1
