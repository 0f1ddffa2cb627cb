SELECT {columns} FROM "{table}" WHERE failed_at IS NULL AND run_at IS NULL AND id > ?{narrowed} ORDER BY id LIMIT ?
