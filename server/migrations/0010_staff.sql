-- Members of staff who log in. The role stands in the table staff, which has a token for devices at a
-- counter; whoever has an account has no such token. The second factor's secret is sealed.
CREATE TABLE staff_account (
    agency_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    account TEXT NOT NULL,
    area TEXT NOT NULL,
    password TEXT NOT NULL,
    totp BYTEA NOT NULL,
    totp_step BIGINT NOT NULL,
    PRIMARY KEY (agency_id, staff_id),
    UNIQUE (agency_id, account),
    FOREIGN KEY (agency_id, staff_id) REFERENCES staff (agency_id, staff_id)
);

-- Sessions; of their tokens only the SHA-256.
CREATE TABLE staff_session (
    agency_id TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    staff_id TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    used_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, token_hash),
    FOREIGN KEY (agency_id, staff_id) REFERENCES staff (agency_id, staff_id)
);
CREATE INDEX staff_session_by_staff ON staff_session (agency_id, staff_id);

-- Region, county and outlet whose people they are, `52/5201/outlet-3`; nothing where the agency has
-- one office.
ALTER TABLE person ADD COLUMN area TEXT NOT NULL DEFAULT '';

CREATE INDEX task_open ON task (agency_id, created_at_ms, task_id) WHERE closed_at_ms IS NULL;

-- Who read a person's file, and why; written before it is shown.
CREATE TABLE file_access (
    agency_id TEXT NOT NULL,
    access_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    what TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, access_id),
    FOREIGN KEY (agency_id, staff_id) REFERENCES staff (agency_id, staff_id),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);
CREATE INDEX file_access_by_person ON file_access (agency_id, person_ref, at_ms);
CREATE INDEX file_access_by_time ON file_access (agency_id, at_ms, access_id);

-- What one member of staff proposed and another one decided; a decided one never changes.
CREATE TABLE proposal (
    agency_id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    task_id TEXT,
    person_ref TEXT,
    payload TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at_ms BIGINT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT,
    decided_at_ms BIGINT,
    PRIMARY KEY (agency_id, proposal_id),
    FOREIGN KEY (agency_id, task_id) REFERENCES task (agency_id, task_id),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref),
    FOREIGN KEY (agency_id, proposed_by) REFERENCES staff (agency_id, staff_id),
    FOREIGN KEY (agency_id, decided_by) REFERENCES staff (agency_id, staff_id)
);
CREATE UNIQUE INDEX proposal_open_of_task ON proposal (agency_id, task_id) WHERE state = 'open';
CREATE INDEX proposal_by_time ON proposal (agency_id, proposed_at_ms, proposal_id);

-- Receipts that no longer count.
CREATE TABLE revocation (
    agency_id TEXT NOT NULL,
    receipt_id TEXT NOT NULL,
    revoked_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, receipt_id),
    FOREIGN KEY (agency_id, receipt_id) REFERENCES receipt (agency_id, receipt_id),
    FOREIGN KEY (agency_id, revoked_by) REFERENCES staff (agency_id, staff_id)
);
