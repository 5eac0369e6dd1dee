-- People who are helped: how many of their accepted claims a person looks at, and after how many days
-- somebody else than the helper has to have seen them.
ALTER TABLE evidence_policy ADD COLUMN helper_permille BIGINT NOT NULL DEFAULT 100;
ALTER TABLE evidence_policy ADD COLUMN vouch_days BIGINT NOT NULL DEFAULT 1095;
