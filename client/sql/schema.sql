-- The cache of a profile. Everything but outbox can be fetched again.

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    server BLOB NOT NULL,          -- the server's public key
    user TEXT NOT NULL,            -- folded
    epoch BLOB NOT NULL,           -- the store that everything below is of
    UNIQUE (server, user)
) STRICT;

CREATE TABLE conversation (
    account INTEGER NOT NULL REFERENCES account (id),
    conversation INTEGER NOT NULL,
    name TEXT NOT NULL,            -- '@bob' or '#team', folded
    row BLOB NOT NULL,             -- msgpack, as HOME gave it
    PRIMARY KEY (account, conversation)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    account INTEGER NOT NULL REFERENCES account (id),
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    folded TEXT NOT NULL,          -- what search looks through
    entry BLOB NOT NULL,           -- msgpack, as the server gave it
    PRIMARY KEY (account, conversation, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (
    account INTEGER NOT NULL REFERENCES account (id),
    consumer TEXT NOT NULL,
    epoch BLOB NOT NULL,
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (account, consumer, epoch, conversation)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    account INTEGER NOT NULL REFERENCES account (id),
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (account, folded)
) STRICT, WITHOUT ROWID;

-- What was written and is not stored by the server yet. Survives everything that empties the rest.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id),
    recipient TEXT NOT NULL,
    text TEXT NOT NULL,
    key BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'claimed', 'sent', 'failed')),
    claimed_until REAL NOT NULL DEFAULT 0,   -- seconds since 1970: whoever claimed it may have died
    problem TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX outbox_waiting ON outbox (account, state, id);
