SELECT jobs.id FROM egret_jobs AS jobs JOIN egret_history AS history ON history.record = jobs.id WHERE jobs.job_id = ?1
