-- What goes into the public log. An entry is written in the transaction that causes it and gets its
-- index when the sequencer takes it up; its leaf never changes.
CREATE TABLE log_entry (
    agency_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    salt TEXT NOT NULL,
    leaf BYTEA NOT NULL,
    leaf_index BIGINT,
    PRIMARY KEY (agency_id, entry_id),
    UNIQUE (agency_id, kind, source),
    UNIQUE (agency_id, leaf_index),
    FOREIGN KEY (agency_id) REFERENCES agency (agency_id)
);
CREATE INDEX log_entry_pending ON log_entry (agency_id, at_ms, entry_id) WHERE leaf_index IS NULL;
