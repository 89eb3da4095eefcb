-- What a bot keeps, format 1. Nothing here can be fetched again.

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    server BLOB NOT NULL,          -- the server's public key
    user TEXT NOT NULL,            -- folded
    epoch BLOB NOT NULL,           -- the store that the cursors are of; empty: never there
    UNIQUE (server, user)
) STRICT;

CREATE TABLE cursor (
    account INTEGER NOT NULL REFERENCES account (id),
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,          -- handled up to here
    PRIMARY KEY (account, conversation)
) STRICT, WITHOUT ROWID;

-- bot.store
CREATE TABLE kept (
    account INTEGER NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    value BLOB NOT NULL,           -- msgpack
    PRIMARY KEY (account, name)
) STRICT
