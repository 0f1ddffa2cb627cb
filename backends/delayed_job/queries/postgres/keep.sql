UPDATE "{table}"
SET attempts = attempts + $5, last_error = $4, failed_at = $3, locked_at = NULL, locked_by = NULL, updated_at = $3
WHERE id = $1 AND locked_by = $2
RETURNING 1
