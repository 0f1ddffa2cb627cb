CREATE TABLE "{claims}" (
    job_id bigint NOT NULL PRIMARY KEY,
    service {name_type},
    locked_by {name_type},
    started_at bigint,
    is_cancelled bigint NOT NULL,
    interruptions bigint NOT NULL,
    more_attempts bigint NOT NULL,
    n_postponed bigint NOT NULL,
    dead {text_type},
    error {text_type},
    unreadable {text_type}
);
CREATE INDEX "{claims}_service" ON "{claims}" (service);
