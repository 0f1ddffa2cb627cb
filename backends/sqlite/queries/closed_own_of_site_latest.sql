SELECT closed_at, claim, lane, state, user_id, site_id FROM egret_executions
WHERE site_id = ?4 AND closed_at IS NOT NULL AND (closed_at, claim) < (?1, ?2) AND closed_at >= ?3
ORDER BY closed_at DESC, claim DESC
