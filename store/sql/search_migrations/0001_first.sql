-- The search index is derived from the log: a new schema may as well throw it away and start anew.
BEGIN IMMEDIATE;

-- Of which store it is, and up to which position it knows every entry.
CREATE TABLE indexed (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch BLOB NOT NULL,
    position INTEGER NOT NULL
) STRICT;

-- rowid is the entry's position; place is the conversation as a word, so that a query can name those it may look into.
CREATE VIRTUAL TABLE messages USING fts5 (place, text, tokenize = 'unicode61 remove_diacritics 2');

INSERT INTO indexed VALUES (1, x'', 0);

PRAGMA application_id = 1213547074; -- 'HUBB'
PRAGMA user_version = 1;
COMMIT;
