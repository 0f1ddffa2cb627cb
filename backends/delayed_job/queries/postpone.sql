UPDATE "{table}" SET run_at = ?, updated_at = ?, locked_at = NULL, locked_by = NULL WHERE id = ?
