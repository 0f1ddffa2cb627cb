UPDATE "{table}" SET locked_at = :now WHERE id = :id AND locked_by = :name
