-- The cache of a profile. Everything but outbox can be fetched again. Where there is a cache of an earlier format,
-- what it knows of conversations and messages is dropped; cursors, people and the outbox stay. People and the outbox are made as
-- format 1 had them; schema_3.sql and so on bring what came later.

CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY,
    server BLOB NOT NULL,          -- the server's public key
    user TEXT NOT NULL,            -- folded
    epoch BLOB NOT NULL,           -- the store that everything below is of
    UNIQUE (server, user)
) STRICT;

DROP TABLE IF EXISTS conversation;

CREATE TABLE conversation (
    account INTEGER NOT NULL REFERENCES account (id),
    conversation INTEGER NOT NULL,
    row BLOB NOT NULL,             -- msgpack, as HOME gave it, with what came since
    PRIMARY KEY (account, conversation)
) STRICT, WITHOUT ROWID;

DROP TABLE IF EXISTS blocked;

CREATE TABLE blocked (
    account INTEGER NOT NULL REFERENCES account (id),
    user INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (account, user)
) STRICT, WITHOUT ROWID;

DROP TABLE IF EXISTS message;

-- A row is right as of `as_of`, or as of the log's `applied` where that is more.
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id),
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    as_of INTEGER NOT NULL,        -- the seq of the last entry that is in it for certain
    folded TEXT NOT NULL,          -- what search looks through
    entry BLOB NOT NULL,           -- msgpack, as the server gave it, with what came since
    UNIQUE (account, conversation, seq)
) STRICT;

-- Search looks from the newest on, and ends when it has enough.
CREATE INDEX message_age ON message (account, position);

DROP TABLE IF EXISTS log;

CREATE TABLE log (
    account INTEGER NOT NULL REFERENCES account (id),
    conversation INTEGER NOT NULL,
    applied INTEGER NOT NULL,      -- the entries up to this seq are in the messages
    PRIMARY KEY (account, conversation)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS cursor (
    account INTEGER NOT NULL REFERENCES account (id),
    consumer TEXT NOT NULL,
    epoch BLOB NOT NULL,
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (account, consumer, epoch, conversation)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS person (
    account INTEGER NOT NULL REFERENCES account (id),
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (account, folded)
) STRICT, WITHOUT ROWID;

-- What was written and is not stored by the server yet. Survives everything that empties the rest.
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id),
    recipient TEXT NOT NULL,
    text TEXT NOT NULL,
    key BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'claimed', 'sent', 'failed')),
    claimed_until REAL NOT NULL DEFAULT 0,   -- seconds since 1970: whoever claimed it may have died
    problem TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (account, state, id);

