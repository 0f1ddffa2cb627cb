SELECT id FROM "{table}" WHERE failed_at IS NULL AND locked_at >= ? AND locked_by NOT LIKE '% service:%' LIMIT 1
