-- Files. Their bytes are beside the database, one file each under its SHA-256 (hubbub.store.blobs); here stands who has them.
BEGIN IMMEDIATE;

-- What a user has begun to upload, or has uploaded and put in no message yet. touched_at: microseconds, when he last began it or
-- it was completed.
CREATE TABLE uploads (
    user INTEGER NOT NULL REFERENCES users,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    size INTEGER NOT NULL CHECK (size >= 0),
    complete INTEGER NOT NULL DEFAULT 0 CHECK (complete IN (0, 1)),
    touched_at INTEGER NOT NULL,
    PRIMARY KEY (user, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_by_hash ON uploads (hash);
CREATE INDEX uploads_by_age ON uploads (touched_at);

-- Who has a blob in messages of his own or as his picture, and how often. A blob with a row here, or in `uploads`, is kept.
CREATE TABLE holdings (
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    user INTEGER NOT NULL REFERENCES users,
    size INTEGER NOT NULL,
    uses INTEGER NOT NULL CHECK (uses > 0),
    PRIMARY KEY (hash, user)
) STRICT, WITHOUT ROWID;

-- Files of messages; `message` is a position, `number` counts from 0. When the message is deleted name, type and hashes are
-- overwritten in place, as texts are (0002): the row does not change its size. thumbnail: a hash, or empty.
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    size INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    thumbnail BLOB NOT NULL CHECK (length(thumbnail) IN (0, 32)),
    thumbnail_size INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX attachments_of_message ON attachments (message, number);

-- Messages that somebody said first in another place; `message` is a position.
CREATE TABLE forwards (
    message INTEGER PRIMARY KEY,
    author INTEGER NOT NULL
) STRICT;

-- stored: the bytes of his uploads and, each once, of the blobs that he holds. picture: a hash, or empty.
ALTER TABLE users ADD COLUMN stored INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN picture BLOB NOT NULL DEFAULT x'';

-- A message without a text (it has attachments) has one blank in `entries`, for the byte that its other kind takes when it is
-- deleted.

PRAGMA user_version = 3;
COMMIT;
