UPDATE "{table}" SET run_at = :run_at, locked_at = NULL, locked_by = NULL, updated_at = :now
WHERE id = :id AND locked_by = :name
