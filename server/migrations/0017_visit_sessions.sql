-- A session for a day of visits: it may visit and do nothing else, and is not ended by half an hour without a
-- network.
ALTER TABLE staff_session ADD COLUMN visits BIGINT NOT NULL DEFAULT 0;
