INSERT INTO egret_unique_windows (unique_key, job_id, ends_at) VALUES (?1, ?2, ?3)
ON CONFLICT (unique_key) DO UPDATE SET job_id = excluded.job_id, ends_at = excluded.ends_at
