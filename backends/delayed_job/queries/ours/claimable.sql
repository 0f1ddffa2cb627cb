SELECT 'service', id, 0 FROM "{services}" WHERE id = ? UNION ALL SELECT kind, name, at FROM "{names}" WHERE kind = 'paused'
