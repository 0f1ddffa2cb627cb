SELECT name, NULL, NULL FROM pragma_table_info(?)
