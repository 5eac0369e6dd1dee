-- What becomes of evidence under a policy: a row beside the policy row of that version. Where there is
-- none, claims are looked at at once and sealed evidence is kept for thirty days.
CREATE TABLE evidence_policy (
    agency_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    recheck TEXT NOT NULL,
    recheck_permille BIGINT NOT NULL,
    keep_days BIGINT NOT NULL,
    PRIMARY KEY (agency_id, version),
    FOREIGN KEY (agency_id, version) REFERENCES policy (agency_id, version)
);

-- What a person agreed to. The newest counts, unless it was withdrawn; rows are only ever added and
-- marked as withdrawn.
CREATE TABLE consent (
    agency_id TEXT NOT NULL,
    consent_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    key_id TEXT NOT NULL,
    text_version BIGINT NOT NULL,
    text_digest TEXT NOT NULL,
    language TEXT NOT NULL,
    helper BIGINT NOT NULL,
    embedding_leaves BIGINT NOT NULL,
    key_frames_leave BIGINT NOT NULL,
    evidence_kept BIGINT NOT NULL,
    means TEXT NOT NULL,
    session_digest TEXT NOT NULL,
    message BYTEA NOT NULL,
    given_at_ms BIGINT NOT NULL,
    withdrawn_at_ms BIGINT,
    PRIMARY KEY (agency_id, consent_id),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);
CREATE INDEX consent_by_person ON consent (agency_id, person_ref, given_at_ms);

-- Evidence under seal: where it lies, for how long, what came of looking again. The row outlives what
-- it names, as the record of its erasure.
CREATE TABLE sealed_evidence (
    agency_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    object_key TEXT NOT NULL,
    digest TEXT NOT NULL,
    evidence_key TEXT NOT NULL,
    state TEXT NOT NULL,
    kept_at_ms BIGINT NOT NULL,
    keep_until_ms BIGINT NOT NULL,
    erase_reason TEXT,
    erased_at_ms BIGINT,
    recheck TEXT,
    recheck_code TEXT,
    recheck_numbers TEXT,
    rechecked_at_ms BIGINT,
    PRIMARY KEY (agency_id, claim_id),
    UNIQUE (agency_id, object_key),
    FOREIGN KEY (agency_id, claim_id) REFERENCES claim (agency_id, claim_id),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref)
);
CREATE INDEX sealed_evidence_by_person ON sealed_evidence (agency_id, person_ref);
CREATE INDEX sealed_evidence_by_end ON sealed_evidence (agency_id, keep_until_ms) WHERE state = 'kept';

-- Who opened sealed evidence, and why; written before it is opened.
CREATE TABLE evidence_access (
    agency_id TEXT NOT NULL,
    access_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, access_id),
    FOREIGN KEY (agency_id, claim_id) REFERENCES sealed_evidence (agency_id, claim_id)
);
CREATE INDEX evidence_access_by_claim ON evidence_access (agency_id, claim_id, at_ms);

-- Work for workers, handed out by the database: a lease that runs out hands it to another one.
CREATE TABLE job (
    agency_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    due_at_ms BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    leased_by TEXT,
    leased_until_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    done_at_ms BIGINT,
    failure TEXT,
    PRIMARY KEY (agency_id, job_id),
    UNIQUE (agency_id, kind, source),
    FOREIGN KEY (agency_id) REFERENCES agency (agency_id)
);
CREATE INDEX job_pending ON job (agency_id, due_at_ms, job_id) WHERE done_at_ms IS NULL;
