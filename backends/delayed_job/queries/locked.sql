SELECT {columns} FROM "{table}" WHERE failed_at IS NULL AND locked_at >= ?
