SELECT attname::text,
    (CASE WHEN atttypid = 'varchar'::regtype AND atttypmod > 4 THEN atttypmod - 4 END)::bigint,
    getdatabaseencoding()::text
FROM pg_attribute
WHERE attrelid = to_regclass(format('%I', ?)) AND attnum > 0 AND NOT attisdropped
