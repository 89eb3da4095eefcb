-- Made anew: `place` also holds the sender, and what lay in freed pages is gone with the old ones. The version comes last,
-- so that after a crash all of it is done again.
BEGIN IMMEDIATE;

DROP TABLE messages;
DROP TABLE indexed;

-- Of which store it is, and up to which position it knows every entry. purge: words of deleted texts are still in the file.
CREATE TABLE indexed (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch BLOB NOT NULL,
    position INTEGER NOT NULL,
    purge INTEGER NOT NULL CHECK (purge IN (0, 1))
) STRICT;

-- A row for each text that a message has or had: rowid is the position of the entry that brought it, the message's or an
-- edit's. A text that does not hold any more is blanks. place: conversation and sender as words, so that a query can name
-- those it may look into.
CREATE VIRTUAL TABLE messages USING fts5 (place, text, tokenize = 'unicode61 remove_diacritics 2');

INSERT INTO indexed VALUES (1, x'', 0, 0);

COMMIT;
VACUUM;
PRAGMA user_version = 2;
