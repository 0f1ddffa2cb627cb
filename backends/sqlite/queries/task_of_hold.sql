SELECT id, name, state, hold, owner, is_interrupt_asked, has_lost_owner, current_count, total_count, log_sequence,
    user_id, created_at, updated_at, started_at, closed_at
FROM egret_tasks WHERE hold = ?1
