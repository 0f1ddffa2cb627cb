SELECT attname::text FROM pg_attribute
WHERE attrelid = to_regclass(format('%I', $1)) AND attnum > 0 AND NOT attisdropped
