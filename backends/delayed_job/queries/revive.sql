UPDATE "{table}"
SET {set_handler}attempts = 0, run_at = ?, failed_at = NULL, last_error = NULL, locked_at = NULL, locked_by = NULL, updated_at = ?
WHERE id = ?
