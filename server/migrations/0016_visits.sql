-- What clerks brought home from visits, under seal: where it lies, what came of opening it. The row outlives
-- what it names, as the record of its erasure.
CREATE TABLE visit (
    agency_id TEXT NOT NULL,
    visit_id TEXT NOT NULL,
    person_ref TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    object_key TEXT NOT NULL,
    digest TEXT NOT NULL,
    evidence_key TEXT NOT NULL,
    state TEXT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    keep_until_ms BIGINT NOT NULL,
    opened_by TEXT,
    opened_at_ms BIGINT,
    done_at_ms BIGINT,
    code TEXT,
    task_source TEXT,
    erased_at_ms BIGINT,
    PRIMARY KEY (agency_id, visit_id),
    UNIQUE (agency_id, object_key),
    FOREIGN KEY (agency_id, person_ref) REFERENCES person (agency_id, person_ref),
    FOREIGN KEY (agency_id, staff_id) REFERENCES staff (agency_id, staff_id)
);
CREATE INDEX visit_by_person ON visit (agency_id, person_ref);
CREATE INDEX visit_by_end ON visit (agency_id, keep_until_ms) WHERE state IN ('read', 'unreadable');
