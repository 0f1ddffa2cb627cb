SELECT {columns} FROM "{table}" WHERE id IN (?) ORDER BY id
