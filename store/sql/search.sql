-- name: indexed
SELECT epoch, position FROM indexed

-- name: adopt_index
UPDATE indexed SET epoch = ?, position = 0

-- name: set_indexed
UPDATE indexed SET position = ?

-- name: index_messages
INSERT INTO messages (rowid, place, text)
VALUES (?, ?, ?)

-- name: count_indexed
SELECT count(*) FROM messages WHERE rowid <= ?

-- name: matches
SELECT rowid FROM messages WHERE messages MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?

-- name: entries_to_index
-- One row whatever their number: a step of SQLite gives the interpreter's lock away and has to wait for it again.
SELECT max(id), json_group_array(json_array(id, conversation, text))
FROM (SELECT id, conversation, text FROM entries WHERE id > ? ORDER BY id LIMIT ?)

-- name: found_messages
-- The user is in the conversation now, or the message is not there for him.
SELECT e.conversation, e.seq, e.id, e.at, e.sender, u.name, e.key, e.ordinal, e.text
FROM entries AS e
JOIN members AS m ON m.user = ?1 AND m.conversation = e.conversation
JOIN users AS u ON u.id = e.sender
WHERE e.id IN (SELECT value FROM json_each(?2)) AND e.kind = 1 AND (?3 IS NULL OR e.conversation = ?3)
ORDER BY e.id DESC
