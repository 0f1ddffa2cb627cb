UPDATE "{table}" SET run_at = ?, updated_at = ? WHERE id = ?
