-- Why a device has its level, and with App Attest the app's key that asserts claims (its point, hex) and
-- how far its counter came. All absent for devices bound before.
ALTER TABLE device ADD COLUMN assurance_reason TEXT;
ALTER TABLE device ADD COLUMN app_attest_key TEXT;
ALTER TABLE device ADD COLUMN app_attest_counter BIGINT;

-- How many in 1,000 claims of each level are looked at again; absent means recheck_permille, which is
-- that of a secure element.
ALTER TABLE evidence_policy ADD COLUMN tee_permille BIGINT;
ALTER TABLE evidence_policy ADD COLUMN app_attest_permille BIGINT;
