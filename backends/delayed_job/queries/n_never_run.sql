-- What upstream's task counts (delayed_job 4.1, `lib/delayed/tasks.rb`): rows for later, and rows given up at once, as well.
SELECT count(*) FROM "{table}" WHERE attempts = 0 AND created_at < ?
