SELECT attname::text FROM pg_attribute
WHERE attrelid = to_regclass(format('%I', ?)) AND attnum > 0 AND NOT attisdropped
