-- name: indexed
SELECT epoch, position, purge FROM indexed

-- name: adopt_index
UPDATE indexed SET epoch = ?, position = 0

-- name: set_indexed
UPDATE indexed SET position = ?1, purge = purge OR ?2

-- name: index_purged
UPDATE indexed SET purge = 0

-- name: index_messages
INSERT INTO messages (rowid, place, text)
VALUES (?, ?, ?)

-- name: blank_indexed
-- As long as it was: the row stays where it is.
UPDATE messages SET text = printf('%*s', length(CAST(text AS BLOB)), '') WHERE rowid = ?

-- name: optimize_index
-- Writes all words anew, without those of rows that have others now.
INSERT INTO messages (messages) VALUES ('optimize')

-- name: is_secure
SELECT 1 FROM messages_config WHERE k = 'secure-delete' AND v = 1

-- name: make_secure
INSERT INTO messages (messages, rank) VALUES ('secure-delete', 1)

-- name: count_indexed
SELECT count(*) FROM messages WHERE rowid <= ?

-- name: texts_indexed
-- Of these positions those whose rows are not blank.
SELECT rowid FROM messages WHERE rowid IN (SELECT value FROM json_each(?)) AND trim(text, ' ') <> ''

-- name: newest_matches
SELECT rowid FROM messages WHERE messages MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?

-- name: newest_scores
-- The lower, the better: bm25 counts how rare each word is among all texts, and where the text is does not matter.
SELECT rowid, bm25(messages, 0, 1) FROM messages
WHERE messages MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?

-- name: own_positions
-- Of these positions those in conversations of the user, in their order.
SELECT e.id FROM json_each(?2) AS v
CROSS JOIN entries AS e ON e.id = v.value
JOIN members AS s ON s.user = ?1 AND s.conversation = e.conversation
ORDER BY v.key

-- name: entries_to_index
-- Texts with their place, and which row holds a text no more since this entry, its message being edited (6) or deleted (7).
-- One row whatever their number: a step of SQLite gives the interpreter's lock away and has to wait for it again.
SELECT max(id), json_group_array(json_array(id, conversation, sender, kind, text, was))
FROM (
    SELECT e.id, e.conversation, e.sender, e.kind, CASE WHEN e.kind IN (1, 5, 6) THEN e.text END AS text,
        coalesce((SELECT max(x.edit) FROM edits AS x WHERE x.message = m.id AND x.edit < e.id), m.id) AS was
    FROM entries AS e
    LEFT JOIN entries AS m ON e.kind IN (6, 7) AND m.conversation = e.conversation AND m.seq = e.target
    WHERE e.id > ? ORDER BY e.id LIMIT ?)

-- name: found_messages
-- In the order of the positions, the position last. The user is in the conversation now and sees the message, and the text
-- is the one that it has, or it is not there for him. +m.seq: not to walk all that he sees.
SELECT m.conversation, m.seq, m.id, m.at, m.sender, u.name, m.key, m.ordinal, m.text, m.kind, m.target, NULL, m.data, e.id
FROM json_each(?2) AS v
JOIN entries AS e ON e.id = v.value
JOIN entries AS m ON m.conversation = e.conversation AND m.seq = CASE e.kind WHEN 6 THEN e.target ELSE e.seq END
JOIN members AS s ON s.user = ?1 AND s.conversation = m.conversation AND +m.seq > s.visible_seq
JOIN users AS u ON u.id = m.sender
WHERE m.kind = 1 AND (?3 IS NULL OR m.conversation = ?3) AND (?4 IS NULL OR m.sender = ?4)
    AND e.id = coalesce((SELECT max(x.edit) FROM edits AS x WHERE x.message = m.id), m.id)
ORDER BY v.key

-- name: entry_from
-- The first entry at or behind a position.
SELECT id, at FROM entries WHERE id >= ? ORDER BY id LIMIT 1
