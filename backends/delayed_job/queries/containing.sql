SELECT {columns} FROM "{table}" WHERE handler LIKE ? ORDER BY id
