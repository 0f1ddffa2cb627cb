INSERT INTO egret_start_failures (name, failures, last_error, not_before) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, last_error = excluded.last_error,
    not_before = excluded.not_before
