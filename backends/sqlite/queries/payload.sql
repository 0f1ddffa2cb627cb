SELECT payload FROM egret_jobs WHERE id = ?1
