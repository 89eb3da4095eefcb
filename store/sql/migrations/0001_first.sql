-- A migration is one transaction and ends by saying which version it made. It is never changed once released.
BEGIN IMMEDIATE;

CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch BLOB NOT NULL CHECK (length(epoch) = 16)
) STRICT;

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    admin INTEGER NOT NULL DEFAULT 0 CHECK (admin IN (0, 1)),
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at INTEGER NOT NULL,
    home_version INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The device keys that an account ever had a session from: guesses from others are slowed down, these are not.
CREATE TABLE devices (
    user INTEGER NOT NULL REFERENCES users,
    key BLOB NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (user, key)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a session's topic is made of its id, so an id must never come back.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL REFERENCES users,
    token_hash BLOB NOT NULL UNIQUE,
    device_key BLOB NOT NULL,
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user);

-- A direct conversation has its two users (low <= high; equal: with oneself), a group its name.
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('direct', 'group')),
    name TEXT,
    folded TEXT UNIQUE,
    low INTEGER REFERENCES users,
    high INTEGER REFERENCES users,
    topic TEXT NOT NULL DEFAULT '',
    public INTEGER NOT NULL DEFAULT 0 CHECK (public IN (0, 1)),
    history TEXT NOT NULL DEFAULT 'all' CHECK (history IN ('all', 'joined')),
    created_at INTEGER NOT NULL,
    UNIQUE (low, high),
    CHECK ((kind = 'direct') = (low IS NOT NULL AND high IS NOT NULL AND name IS NULL AND folded IS NULL)),
    CHECK ((kind = 'group') = (low IS NULL AND high IS NULL AND name IS NOT NULL AND folded IS NOT NULL)),
    CHECK (low <= high)
) STRICT;

-- Who is in a conversation now. User first: HOME reads a user's rows in the order of conversations.
CREATE TABLE members (
    user INTEGER NOT NULL REFERENCES users,
    conversation INTEGER NOT NULL REFERENCES conversations,
    role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'member')),
    joined_seq INTEGER NOT NULL DEFAULT 0,
    read_seq INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, conversation)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_of_conversation ON members (conversation);

-- The logs of all conversations in the order of commits: id is the position. Rows are never taken out.
--   kind     1 message, 2 joined, 3 left, 4 removed, 5 message whose text was deleted; more will come
--   ordinal  how many messages the log has up to here, this entry included: a message's number among the messages
--   target   the user (2, 3, 4) or, later, the entry that this one is about
--   data     what later kinds need
-- conversation, sender and target name rows that are never deleted; the writer looked them up before it inserts, and a
-- foreign key here would cost the hot path three lookups a row for what `verify` checks anyway.
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    at INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    key BLOB,
    text TEXT,
    target INTEGER,
    data BLOB
) STRICT;
-- Key first: keys are UUIDv7, so the index grows at its end and its last pages stay in memory.
CREATE UNIQUE INDEX entries_by_key ON entries (key, sender) WHERE key IS NOT NULL;
-- Heads, unread counts and the search for the next message read this index alone.
CREATE UNIQUE INDEX entries_by_seq ON entries (conversation, seq, kind, sender, ordinal);

INSERT INTO meta (id, epoch) VALUES (1, randomblob(16));
INSERT INTO conversations (id, kind, name, folded, public, created_at)
VALUES (1, 'group', 'general', 'general', 1, unixepoch() * 1000000);

PRAGMA application_id = 1213547074; -- 'HUBB'
PRAGMA user_version = 1;
COMMIT;
