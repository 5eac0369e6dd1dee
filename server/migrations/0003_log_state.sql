-- The newest checkpoint that the sequencer decided on: a signed note, replaced by compare and swap
-- alone. Entries with an index that no published checkpoint covers yet are the staging.
CREATE TABLE log_state (
    agency_id TEXT NOT NULL,
    size BIGINT NOT NULL,
    checkpoint TEXT NOT NULL,
    PRIMARY KEY (agency_id),
    FOREIGN KEY (agency_id) REFERENCES agency (agency_id)
);
