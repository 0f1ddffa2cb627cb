UPDATE "{table}"
SET attempts = ?, last_error = ?, run_at = ?, locked_at = NULL, locked_by = NULL, updated_at = ?
WHERE id = ?
