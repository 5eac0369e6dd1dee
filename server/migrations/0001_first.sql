-- One schema for SQLite and PostgreSQL: BIGINT (milliseconds since 1970, counts), TEXT (ids as hex,
-- names of closed lists) and BYTEA. Every table starts with agency_id, every key includes it.

CREATE TABLE agency (
    agency_id TEXT NOT NULL,
    name TEXT NOT NULL,
    office_phone TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id)
);

-- Dated: a row counts from from_ms until a later one of the same name does.
CREATE TABLE policy (
    agency_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    from_ms BIGINT NOT NULL,
    cycle TEXT NOT NULL,
    utc_offset_min BIGINT NOT NULL,
    window_days BIGINT NOT NULL,
    challenge_s BIGINT NOT NULL,
    below_hardware TEXT NOT NULL,
    offline_below_hardware TEXT NOT NULL,
    capture TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, version),
    FOREIGN KEY (agency_id) REFERENCES agency (agency_id)
);
CREATE INDEX policy_by_name ON policy (agency_id, name, from_ms);

CREATE TABLE person (
    agency_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    policy_name TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    first_due_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, person_ref),
    FOREIGN KEY (agency_id) REFERENCES agency (agency_id)
);

-- The only table that knows who a person is.
CREATE TABLE person_identity (
    agency_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    name TEXT NOT NULL,
    id_kind TEXT NOT NULL,
    id_number TEXT NOT NULL,
    birth_date TEXT,
    contact TEXT,
    PRIMARY KEY (agency_id, person_ref),
    UNIQUE (agency_id, id_kind, id_number),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);

CREATE TABLE staff (
    agency_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    role TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at_ms BIGINT NOT NULL,
    revoked_at_ms BIGINT,
    PRIMARY KEY (agency_id, staff_id),
    UNIQUE (agency_id, token_hash),
    FOREIGN KEY (agency_id) REFERENCES agency (agency_id)
);

CREATE TABLE letter (
    agency_id TEXT NOT NULL,
    letter_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    selector TEXT NOT NULL,
    code_mac BYTEA NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    wrong_tries BIGINT NOT NULL,
    used_at_ms BIGINT,
    PRIMARY KEY (agency_id, letter_id),
    UNIQUE (agency_id, selector),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);

CREATE TABLE device (
    agency_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    key_id TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    assurance TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, device_id),
    UNIQUE (agency_id, key_id),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);
CREATE INDEX device_by_person ON device (agency_id, person_ref);

CREATE TABLE challenge (
    agency_id TEXT NOT NULL,
    challenge_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    letter_id TEXT,
    purpose TEXT NOT NULL,
    mode TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    recognition_model TEXT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    message BYTEA NOT NULL,
    used_at_ms BIGINT,
    PRIMARY KEY (agency_id, challenge_id),
    UNIQUE (agency_id, person_ref, sequence),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);

-- A claim counts once: its id, its payload and its challenge are unique.
CREATE TABLE claim (
    agency_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    challenge_id TEXT NOT NULL,
    payload_digest TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    key_id TEXT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT,
    numbers TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (agency_id, claim_id),
    UNIQUE (agency_id, payload_digest),
    UNIQUE (agency_id, challenge_id),
    FOREIGN KEY (agency_id, challenge_id) REFERENCES challenge (agency_id, challenge_id),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);
CREATE INDEX claim_by_person ON claim (agency_id, person_ref, received_at_ms);

-- Templates are only ever added. The first of a model (a clerk's, or the one that an overlap of models
-- put in its place) is kept for as long as the person is enrolled; the newest counts beside it.
CREATE TABLE template (
    agency_id TEXT NOT NULL,
    template_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    recognition_model TEXT NOT NULL,
    origin TEXT NOT NULL,
    embedding BYTEA NOT NULL,
    pictures BIGINT NOT NULL,
    made_by TEXT,
    claim_id TEXT,
    first_similarity BIGINT,
    made_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, template_id),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref),
    FOREIGN KEY (agency_id, made_by) REFERENCES staff (agency_id, staff_id),
    FOREIGN KEY (agency_id, claim_id) REFERENCES claim (agency_id, claim_id)
);
CREATE INDEX template_by_person ON template (agency_id, person_ref, recognition_model, made_at_ms);
CREATE INDEX template_by_model ON template (agency_id, recognition_model, person_ref);

CREATE TABLE receipt (
    agency_id TEXT NOT NULL,
    receipt_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    signed BYTEA NOT NULL,
    identity_salt TEXT NOT NULL,
    issued_at_ms BIGINT NOT NULL,
    valid_until_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, receipt_id),
    UNIQUE (agency_id, claim_id),
    FOREIGN KEY (agency_id, claim_id) REFERENCES claim (agency_id, claim_id)
);

-- Every kind of evidence of life; a face claim is one of them.
CREATE TABLE life_evidence (
    agency_id TEXT NOT NULL,
    evidence_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    modality TEXT NOT NULL,
    channel TEXT NOT NULL,
    outlet TEXT,
    performing_agency TEXT NOT NULL,
    assurance TEXT NOT NULL,
    proved_from_ms BIGINT NOT NULL,
    proved_to_ms BIGINT NOT NULL,
    source TEXT NOT NULL,
    recorded_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, evidence_id),
    UNIQUE (agency_id, modality, source),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);
CREATE INDEX life_evidence_by_person ON life_evidence (agency_id, person_ref, proved_to_ms);

-- What a person at the office has to look at.
CREATE TABLE task (
    agency_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT,
    source TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    closed_at_ms BIGINT,
    PRIMARY KEY (agency_id, task_id),
    UNIQUE (agency_id, kind, source),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);
CREATE INDEX task_by_person ON task (agency_id, person_ref);

-- Announcements that have to go out, written in the transaction that causes them.
CREATE TABLE outbox (
    agency_id TEXT NOT NULL,
    outbox_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    sent_at_ms BIGINT,
    PRIMARY KEY (agency_id, outbox_id),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);

-- Nonces of signed requests that were used, kept until they would be too old anyway.
CREATE TABLE used_nonce (
    agency_id TEXT NOT NULL,
    nonce TEXT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, nonce)
);
