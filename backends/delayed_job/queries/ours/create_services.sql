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
