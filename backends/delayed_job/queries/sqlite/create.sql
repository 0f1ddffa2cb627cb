-- What the generator of delayed_job_active_record 4.1 makes on Active Record 6.1.
CREATE TABLE "{table}" (
    "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    "priority" integer DEFAULT 0 NOT NULL,
    "attempts" integer DEFAULT 0 NOT NULL,
    "handler" text NOT NULL,
    "last_error" text,
    "run_at" datetime,
    "locked_at" datetime,
    "failed_at" datetime,
    "locked_by" varchar,
    "queue" varchar,
    "created_at" datetime(6),
    "updated_at" datetime(6)
);
CREATE INDEX "{table}_priority" ON "{table}" ("priority", "run_at");
