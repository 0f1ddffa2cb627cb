UPDATE "{table}" SET run_at = $4, locked_at = NULL, locked_by = NULL, updated_at = $3
WHERE id = $1 AND locked_by = $2
RETURNING 1
