SELECT {columns} FROM "{table}" WHERE {conditions} ORDER BY id
