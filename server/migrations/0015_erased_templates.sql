-- Templates that were erased: the row stays without the embedding, whose digest the log's entry names.
ALTER TABLE template ADD COLUMN erased_at_ms BIGINT;
ALTER TABLE template ADD COLUMN erased_digest TEXT;
