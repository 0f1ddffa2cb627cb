SELECT {columns} FROM "{table}" WHERE id IN ({ids}) ORDER BY id {for_writing}
