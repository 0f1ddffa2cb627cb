UPDATE "{table}" SET locked_at = ?, locked_by = ? WHERE id IN (?)
