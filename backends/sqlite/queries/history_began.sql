SELECT coalesce(min(finished_at), ?1) FROM egret_history
