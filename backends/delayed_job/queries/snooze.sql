UPDATE "{table}" SET run_at = ?, updated_at = ?, last_error = NULL, locked_at = NULL, locked_by = NULL WHERE id = ?
