CREATE TABLE "{services}" (
    id {name_type} NOT NULL PRIMARY KEY,
    name {name_type} NOT NULL,
    info {text_type} NOT NULL,
    started_at bigint NOT NULL,
    beat_at bigint NOT NULL,
    n_beats bigint NOT NULL,
    phase {name_type} NOT NULL,
    resident_bytes bigint NOT NULL,
    n_finished bigint NOT NULL,
    order_number bigint NOT NULL,
    order_word {name_type}
);
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
CREATE TABLE "{names}" (
    kind {name_type} NOT NULL,
    name {name_type} NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (kind, name)
);
