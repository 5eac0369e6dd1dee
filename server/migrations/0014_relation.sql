-- Who the person is to whoever held the phone when they agreed, as that one said.
ALTER TABLE consent ADD COLUMN relation TEXT;
