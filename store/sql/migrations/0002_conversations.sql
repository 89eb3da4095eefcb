-- Groups with roles, edits, deletions, reactions, pins, mentions, read state, profiles, blocks.
-- A file that was written without secure_delete has pages that still bear copies of texts behind what is in use: all are
-- written anew once, before the version changes, so that a crash only has it done again.
VACUUM;
-- Foreign keys are off while tables are made anew under their old names.
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;

ALTER TABLE users ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN colour TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN status TEXT NOT NULL DEFAULT 'online' CHECK (status IN ('online', 'away', 'busy', 'invisible'));
ALTER TABLE users ADD COLUMN status_text TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN last_seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN receipts INTEGER NOT NULL DEFAULT 1 CHECK (receipts IN (0, 1));
-- 0: no; 1: deleted, his messages stay; 2: deleted, and his messages behind position `purged` are yet to go.
ALTER TABLE users ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1, 2));
ALTER TABLE users ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;
CREATE INDEX users_to_purge ON users (id) WHERE deleted = 2;

-- The name of a private group is nobody's business: only public ones are unique. size: how many are in it.
CREATE TABLE conversations_new (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('direct', 'group')),
    name TEXT,
    folded TEXT,
    low INTEGER REFERENCES users,
    high INTEGER REFERENCES users,
    topic TEXT NOT NULL DEFAULT '',
    public INTEGER NOT NULL DEFAULT 0 CHECK (public IN (0, 1)),
    history TEXT NOT NULL DEFAULT 'all' CHECK (history IN ('all', 'joined')),
    created_at INTEGER NOT NULL,
    size INTEGER NOT NULL DEFAULT 0,
    UNIQUE (low, high),
    CHECK ((kind = 'direct') = (low IS NOT NULL AND high IS NOT NULL AND name IS NULL AND folded IS NULL)),
    CHECK ((kind = 'group') = (low IS NULL AND high IS NULL AND name IS NOT NULL AND folded IS NOT NULL)),
    CHECK (low <= high)
) STRICT;
INSERT INTO conversations_new (id, kind, name, folded, low, high, topic, public, history, created_at, size)
SELECT id, kind, name, folded, low, high, topic, public, history, created_at,
    (SELECT count(*) FROM members AS m WHERE m.conversation = c.id)
FROM conversations AS c;
DROP TABLE conversations;
ALTER TABLE conversations_new RENAME TO conversations;
CREATE UNIQUE INDEX public_groups ON conversations (folded) WHERE public = 1;

-- joined_seq: of the entry by which he came; visible_seq: he sees what is behind it; muted_until: microseconds, 0: not.
CREATE TABLE members_new (
    user INTEGER NOT NULL REFERENCES users,
    conversation INTEGER NOT NULL REFERENCES conversations,
    role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member')),
    joined_seq INTEGER NOT NULL DEFAULT 0,
    visible_seq INTEGER NOT NULL DEFAULT 0,
    read_seq INTEGER NOT NULL DEFAULT 0,
    muted_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, conversation)
) STRICT, WITHOUT ROWID;
INSERT INTO members_new (user, conversation, role, joined_seq, read_seq)
SELECT user, conversation, role, joined_seq, read_seq FROM members;
DROP TABLE members;
ALTER TABLE members_new RENAME TO members;
CREATE INDEX members_of_conversation ON members (conversation);
UPDATE members SET role = 'owner'
WHERE conversation = 1 AND user = (SELECT min(id) FROM users WHERE admin = 1);
-- Any other group that has lost its owner: its member of longest standing.
UPDATE members SET role = 'owner'
WHERE conversation IN (SELECT id FROM conversations WHERE kind = 'group')
    AND NOT EXISTS (SELECT 1 FROM members AS o WHERE o.conversation = members.conversation AND o.role = 'owner')
    AND NOT EXISTS (SELECT 1 FROM members AS e WHERE e.conversation = members.conversation
        AND (e.joined_seq, e.user) < (members.joined_seq, members.user));

-- What is now so of messages, beside the log that says how it came. No text of a message is in any of these: what is
-- deleted has to be blanked in `entries` alone. `message`, `edit` and `entry` are positions.
CREATE TABLE edits (
    message INTEGER NOT NULL,
    edit INTEGER NOT NULL,
    PRIMARY KEY (message, edit)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (
    message INTEGER PRIMARY KEY,
    actor INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE reactions (
    message INTEGER NOT NULL,
    emoji TEXT NOT NULL,
    user INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (message, emoji, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE pins (
    conversation INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (conversation, seq)
) STRICT, WITHOUT ROWID;

-- user 0: everyone in the group. Own mentions are not kept.
CREATE TABLE mentions (
    conversation INTEGER NOT NULL,
    user INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    PRIMARY KEY (conversation, user, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
    user INTEGER NOT NULL REFERENCES users,
    other INTEGER NOT NULL REFERENCES users,
    PRIMARY KEY (user, other)
) STRICT, WITHOUT ROWID;

-- The kinds of entries, from now on:
--    1 message       target: seq of the message that it answers; data: mentions, a JSON array of user ids, 0 for all
--    2 joined  3 left  4 removed                     target: the user
--    5 message whose text was deleted: the text is blanks
--    6 edited        target: seq of the message; text: the new text; data: its mentions
--    7 deleted       target: seq of the message
--    8 reacted  9 took a reaction back               target: seq of the message; text: the emoji
--   10 pinned  11 unpinned                           target: seq of the message
--   12 renamed  13 topic                             text
--   14 role                                          target: the user; text: the role
-- A text is never taken out of its row but overwritten with blanks in place: rows that do not change their size are never
-- moved by SQLite, and so leave no copies behind in pages.

PRAGMA user_version = 2;
COMMIT;
PRAGMA foreign_keys = ON;
