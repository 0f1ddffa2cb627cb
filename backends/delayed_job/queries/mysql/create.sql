-- What the generator of delayed_job_active_record 4.1 makes on Active Record 7.0 and later.
CREATE TABLE "{table}" (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    priority int NOT NULL DEFAULT 0,
    attempts int NOT NULL DEFAULT 0,
    handler text NOT NULL,
    last_error text,
    run_at datetime(6) DEFAULT NULL,
    locked_at datetime(6) DEFAULT NULL,
    failed_at datetime(6) DEFAULT NULL,
    locked_by varchar(255) DEFAULT NULL,
    queue varchar(255) DEFAULT NULL,
    created_at datetime(6) DEFAULT NULL,
    updated_at datetime(6) DEFAULT NULL
) DEFAULT CHARSET = utf8mb4;
CREATE INDEX "{table}_priority" ON "{table}" (priority, run_at);
