-- Closed attempts of all jobs are listed in the order of their ends.
CREATE INDEX egret_executions_by_end ON egret_executions (closed_at) WHERE closed_at IS NOT NULL;
