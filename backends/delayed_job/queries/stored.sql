SELECT {columns} FROM "{table}" WHERE id > ?{narrowed} ORDER BY id LIMIT ?
