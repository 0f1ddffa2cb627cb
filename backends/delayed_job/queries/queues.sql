SELECT DISTINCT {queue} FROM "{table}" WHERE failed_at IS NULL
