-- To whom jobs belong, so that listings by user or site find theirs: the bindings `user_id` and `site_id` of the payload, as
-- text. In `egret_jobs` they stand while the job lives, in `egret_history` from its end on, in `egret_executions` for as long
-- as the attempt is kept. Jobs that belong to nobody are in none of these indexes.
ALTER TABLE egret_jobs ADD COLUMN site_id TEXT;
ALTER TABLE egret_history ADD COLUMN user_id TEXT;
ALTER TABLE egret_history ADD COLUMN site_id TEXT;
ALTER TABLE egret_executions ADD COLUMN user_id TEXT;
ALTER TABLE egret_executions ADD COLUMN site_id TEXT;

CREATE TEMP TABLE egret_owners AS
SELECT id,
    CASE WHEN json_type(bindings, '$[0].user_id') IN ('text', 'integer', 'real')
        THEN nullif(CAST(json_extract(bindings, '$[0].user_id') AS TEXT), '') END AS user_id,
    CASE WHEN json_type(bindings, '$[0].site_id') IN ('text', 'integer', 'real')
        THEN nullif(CAST(json_extract(bindings, '$[0].site_id') AS TEXT), '') END AS site_id
FROM (
    SELECT id, CASE WHEN json_valid(CAST(payload AS TEXT))
        THEN json_extract(CAST(payload AS TEXT), '$.serialized_bindings') END AS bindings
    FROM egret_jobs
    WHERE instr(CAST(payload AS TEXT), '"serialized_bindings"') > 0
)
WHERE json_valid(bindings);
UPDATE egret_jobs SET site_id = owners.site_id FROM temp.egret_owners AS owners
WHERE owners.id = egret_jobs.id AND NOT EXISTS (SELECT 1 FROM egret_history WHERE record = owners.id);
UPDATE egret_history SET user_id = owners.user_id, site_id = owners.site_id FROM temp.egret_owners AS owners
WHERE owners.id = egret_history.record;
UPDATE egret_executions SET user_id = owners.user_id, site_id = owners.site_id FROM temp.egret_owners AS owners
WHERE owners.id = egret_executions.record;
DROP TABLE temp.egret_owners;

CREATE INDEX egret_jobs_by_site ON egret_jobs (site_id) WHERE site_id IS NOT NULL;
CREATE INDEX egret_history_by_user ON egret_history (user_id, finished_at) WHERE user_id IS NOT NULL;
CREATE INDEX egret_history_by_site ON egret_history (site_id, finished_at) WHERE site_id IS NOT NULL;
CREATE INDEX egret_executions_by_user ON egret_executions (user_id, closed_at) WHERE user_id IS NOT NULL;
CREATE INDEX egret_executions_by_site ON egret_executions (site_id, closed_at) WHERE site_id IS NOT NULL;
