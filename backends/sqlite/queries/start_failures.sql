SELECT failures, last_error, not_before FROM egret_start_failures WHERE name = ?1
