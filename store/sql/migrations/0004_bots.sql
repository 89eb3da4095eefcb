-- Bot accounts. Their password is the secret of a token, kept as its argon2id hash like any.
BEGIN IMMEDIATE;

ALTER TABLE users ADD COLUMN bot INTEGER NOT NULL DEFAULT 0 CHECK (bot IN (0, 1));

PRAGMA user_version = 4;
COMMIT;
