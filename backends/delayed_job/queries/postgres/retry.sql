UPDATE "{table}"
SET attempts = attempts + 1, last_error = $4, run_at = $5, locked_at = NULL, locked_by = NULL, updated_at = $3
WHERE id = $1 AND locked_by = $2
RETURNING 1
