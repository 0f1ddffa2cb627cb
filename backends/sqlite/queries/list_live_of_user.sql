SELECT due_at, position, id, lane, state, user_id, site_id FROM egret_jobs WHERE user_id = ?1 LIMIT ?2
