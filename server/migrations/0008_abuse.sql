-- Refused looks in a row, by person and by device (the name of its key), as the server decided them;
-- a claim that was not refused ends the count.
CREATE TABLE attempt (
    agency_id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    refused BIGINT NOT NULL,
    last_at_ms BIGINT NOT NULL,
    PRIMARY KEY (agency_id, subject_kind, subject),
    FOREIGN KEY (agency_id) REFERENCES agency (agency_id)
);
