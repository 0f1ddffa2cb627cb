UPDATE "{table}" SET locked_at = NULL, locked_by = NULL WHERE id IN (?)
