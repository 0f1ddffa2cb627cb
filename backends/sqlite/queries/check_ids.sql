SELECT format('%d jobs have the id %s', count(*), quote(job_id)) FROM egret_jobs NOT INDEXED
GROUP BY job_id HAVING count(*) > 1
