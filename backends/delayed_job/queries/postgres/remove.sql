DELETE FROM "{table}" WHERE id = $1 AND locked_by = $2
RETURNING 1
