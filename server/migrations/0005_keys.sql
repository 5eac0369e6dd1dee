-- Envelope encryption at rest. A sealing key is wrapped under the key-encryption key, which never
-- stands here; a person's data key is wrapped under the newest sealing key of purpose person-keys;
-- values are sealed under the person's data key.
CREATE TABLE sealing_key (
    agency_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    generation BIGINT NOT NULL,
    kek_id TEXT NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, purpose, generation)
);

-- Destroying a person's row here makes everything that is sealed about them unreadable.
CREATE TABLE data_key (
    agency_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    version BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, person_ref, version),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);
CREATE INDEX data_key_by_generation ON data_key (agency_id, generation);

-- key_version is that of the data key; a row without one is from before and is sealed by
-- `lifecert-server keys seal`. Sealed text is base64url. What is unique is the blind index.
ALTER TABLE person_identity ADD COLUMN key_version BIGINT;
ALTER TABLE person_identity ADD COLUMN id_index BYTEA;
CREATE UNIQUE INDEX person_identity_by_id ON person_identity (agency_id, id_kind, id_index);
ALTER TABLE template ADD COLUMN key_version BIGINT;
ALTER TABLE outbox ADD COLUMN key_version BIGINT;

-- Keys that sign challenges and receipts. A key counts from valid_from_ms until the next one does.
CREATE TABLE signing_key (
    agency_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    valid_from_ms BIGINT NOT NULL,
    valid_to_ms BIGINT,
    added_at_ms BIGINT NOT NULL,
    ended_at_ms BIGINT,
    PRIMARY KEY (agency_id, key_id),
    UNIQUE (agency_id, valid_from_ms)
);

-- Lists of these keys as the offline root signed them; the newest is served.
CREATE TABLE key_list (
    agency_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    signed BYTEA NOT NULL,
    issued_at_ms BIGINT NOT NULL,
    published_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, sequence)
);
