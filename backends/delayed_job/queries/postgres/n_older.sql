-- As `jobs:check` counts: jobs of the future, and such as failed at once, count as well (delayed_job 4.1, `tasks.rb`).
SELECT count(*) FROM "{table}" WHERE attempts = 0 AND created_at < $1
