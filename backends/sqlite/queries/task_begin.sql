UPDATE egret_tasks SET state = ?2, hold = ?3, owner = ?4, is_interrupt_asked = ?5, has_lost_owner = 0, current_count = 0,
    total_count = 0, log_sequence = ?6, user_id = ifnull(?7, user_id), updated_at = ?8, started_at = ?9, closed_at = NULL
WHERE id = ?1
