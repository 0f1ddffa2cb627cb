SELECT format('%d is in use, %d would be given next', highest, next)
FROM egret_sequence, (
    SELECT max(number) AS highest FROM (
        SELECT max(id) AS number FROM egret_jobs UNION ALL SELECT max(position) FROM egret_jobs
        UNION ALL SELECT max(claim) FROM egret_claims UNION ALL SELECT max(claim) FROM egret_executions
        UNION ALL SELECT max(claim) FROM egret_history
    )
)
WHERE highest >= next
UNION ALL SELECT 'the next number is not known' WHERE NOT EXISTS (SELECT 1 FROM egret_sequence)
