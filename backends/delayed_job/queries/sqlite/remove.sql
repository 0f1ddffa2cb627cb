DELETE FROM "{table}" WHERE id = :id AND locked_by = :name
