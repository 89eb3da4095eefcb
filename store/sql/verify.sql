-- name: verify_file
SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'

-- name: verify_keys
-- Table, row id, parent table.
SELECT "table", rowid, parent FROM pragma_foreign_key_check

-- name: verify_seqs
SELECT conversation, count(*), min(seq), max(seq) FROM entries GROUP BY conversation
HAVING min(seq) <> 1 OR max(seq) <> count(*) OR count(DISTINCT seq) <> count(*)

-- name: verify_ordinals
-- Kinds 1 and 5 are messages; every entry bears the number of messages up to itself.
SELECT conversation, seq, ordinal, expected FROM (
    SELECT conversation, seq, ordinal,
        sum(kind IN (1, 5)) OVER (PARTITION BY conversation ORDER BY seq ROWS UNBOUNDED PRECEDING) AS expected
    FROM entries)
WHERE ordinal <> expected

-- name: verify_duplicates
SELECT hex(key), sender, count(*) FROM entries NOT INDEXED WHERE key IS NOT NULL GROUP BY key, sender HAVING count(*) > 1

-- name: verify_markers
SELECT user, conversation, read_seq, head FROM (
    SELECT m.user, m.conversation, m.read_seq,
        coalesce((SELECT max(e.seq) FROM entries AS e WHERE e.conversation = m.conversation), 0) AS head
    FROM members AS m)
WHERE read_seq > head

-- name: verify_times
SELECT id FROM (SELECT id, at, lag(at) OVER (ORDER BY id) AS before FROM entries) WHERE at < before

-- name: verify_homeless
SELECT id, conversation FROM entries WHERE conversation NOT IN (SELECT id FROM conversations)

-- name: verify_senders
SELECT id, sender FROM entries WHERE sender NOT IN (SELECT id FROM users)
UNION ALL
SELECT id, target FROM entries WHERE kind IN (2, 3, 4, 14) AND (target IS NULL OR target NOT IN (SELECT id FROM users))

-- name: verify_lost
SELECT m.user, m.conversation FROM members AS m JOIN conversations AS c ON c.id = m.conversation
WHERE c.kind = 'direct' AND m.user NOT IN (c.low, c.high)

-- name: verify_sizes
SELECT id, size, found FROM (
    SELECT c.id, c.size, (SELECT count(*) FROM members AS m WHERE m.conversation = c.id) AS found FROM conversations AS c)
WHERE size <> found

-- name: verify_owners
-- Bots alone may have none: #general, before the first person came.
SELECT c.id FROM conversations AS c
WHERE c.kind = 'group'
    AND EXISTS (SELECT 1 FROM members AS m JOIN users AS u ON u.id = m.user WHERE m.conversation = c.id AND NOT u.bot)
    AND NOT EXISTS (SELECT 1 FROM members AS m WHERE m.conversation = c.id AND m.role = 'owner')

-- name: verify_names
SELECT folded, count(*) FROM conversations NOT INDEXED WHERE public = 1 GROUP BY folded HAVING count(*) > 1

-- name: verify_targets
-- An answer (1) and whatever is about a message names one that was there before.
SELECT e.id, e.target FROM entries AS e
WHERE ((e.kind IN (1, 5) AND e.target <> 0) OR e.kind BETWEEN 6 AND 11)
    AND NOT EXISTS (SELECT 1 FROM entries AS m
        WHERE m.conversation = e.conversation AND m.seq = e.target AND m.kind IN (1, 5) AND m.id < e.id)

-- name: verify_edits
SELECT x.message, x.edit FROM edits AS x
LEFT JOIN entries AS m ON m.id = x.message
LEFT JOIN entries AS e ON e.id = x.edit
WHERE NOT coalesce(
    m.kind IN (1, 5) AND e.kind = 6 AND e.conversation = m.conversation AND e.target = m.seq AND e.sender = m.sender, 0)

-- name: verify_edited
SELECT id FROM entries WHERE kind = 6 AND id NOT IN (SELECT edit FROM edits)

-- name: verify_tombstones
SELECT t.message, 'said to be deleted, but is none or has its text' FROM tombstones AS t
LEFT JOIN entries AS e ON e.id = t.message WHERE e.kind IS NOT 5
UNION ALL
SELECT id, 'deleted, but nothing says by whom' FROM entries WHERE kind = 5 AND id NOT IN (SELECT message FROM tombstones)

-- name: verify_blanks
SELECT id FROM entries WHERE kind = 5 AND trim(text, ' ') <> ''
UNION ALL
SELECT e.id FROM tombstones AS t JOIN edits AS x ON x.message = t.message JOIN entries AS e ON e.id = x.edit
WHERE trim(e.text, ' ') <> ''

-- name: verify_mentions
SELECT n.conversation, n.user, n.seq FROM mentions AS n
WHERE NOT EXISTS (SELECT 1 FROM entries AS e WHERE e.conversation = n.conversation AND e.seq = n.seq AND e.kind = 1)
    OR (n.user <> 0 AND n.user NOT IN (SELECT id FROM users))

-- name: verify_pins
SELECT p.conversation, p.seq FROM pins AS p
WHERE NOT EXISTS (SELECT 1 FROM entries AS e WHERE e.conversation = p.conversation AND e.seq = p.seq AND e.kind = 1)

-- name: verify_reactions
SELECT r.message, r.user FROM reactions AS r LEFT JOIN entries AS e ON e.id = r.message
WHERE e.kind IS NOT 1 OR r.user NOT IN (SELECT id FROM users)

-- name: verify_attachments
SELECT a.message, max(a.number) FROM attachments AS a LEFT JOIN entries AS e ON e.id = a.message
GROUP BY a.message
HAVING coalesce(e.kind NOT IN (1, 5), 1) OR min(a.number) <> 0 OR max(a.number) <> count(*) - 1

-- name: verify_blank_files
SELECT a.message, a.number FROM attachments AS a JOIN entries AS e ON e.id = a.message
WHERE e.kind = 5 AND (a.hash <> zeroblob(32) OR a.thumbnail <> zeroblob(length(a.thumbnail))
    OR trim(a.name, ' ') <> '' OR trim(a.type, ' ') <> '')

-- name: verify_forwards
SELECT f.message, f.author FROM forwards AS f LEFT JOIN entries AS e ON e.id = f.message
WHERE coalesce(e.kind NOT IN (1, 5), 1) OR f.author NOT IN (SELECT id FROM users)

-- name: verify_holdings
-- A file is used by each message of the user's that has it, by each of whose thumbnails it is, and by his profile.
SELECT lower(hex(hash)), user, sum(held), sum(used) FROM (
    SELECT hash, user, uses AS held, 0 AS used FROM holdings
    UNION ALL
    SELECT a.hash, e.sender, 0, 1 FROM attachments AS a JOIN entries AS e ON e.id = a.message WHERE e.kind = 1
    UNION ALL
    SELECT a.thumbnail, e.sender, 0, 1 FROM attachments AS a JOIN entries AS e ON e.id = a.message
    WHERE e.kind = 1 AND length(a.thumbnail) > 0
    UNION ALL
    SELECT picture, id, 0, 1 FROM users WHERE length(picture) > 0)
GROUP BY hash, user HAVING sum(held) <> sum(used)

-- name: verify_file_sizes
SELECT lower(hex(hash)), count(DISTINCT size) FROM (
    SELECT hash, size FROM holdings
    UNION ALL
    SELECT hash, size FROM uploads WHERE complete
    UNION ALL
    SELECT a.hash, a.size FROM attachments AS a JOIN entries AS e ON e.id = a.message WHERE e.kind = 1
    UNION ALL
    SELECT a.thumbnail, a.thumbnail_size FROM attachments AS a JOIN entries AS e ON e.id = a.message
    WHERE e.kind = 1 AND length(a.thumbnail) > 0)
GROUP BY hash HAVING count(DISTINCT size) > 1

-- name: verify_stored
SELECT user, sum(counted), sum(size) FROM (
    SELECT id AS user, stored AS counted, 0 AS size FROM users
    UNION ALL
    SELECT user, 0, size FROM uploads
    UNION ALL
    SELECT user, 0, size FROM holdings)
GROUP BY user HAVING sum(counted) <> sum(size)

-- name: blobs_held
SELECT hash, size FROM holdings
UNION
SELECT hash, size FROM uploads WHERE complete

-- name: blob_held
SELECT 1 FROM holdings WHERE hash = ?1
UNION ALL
SELECT 1 FROM uploads WHERE hash = ?1 AND complete

-- name: verify_counts
SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM conversations), (SELECT count(*) FROM entries),
    (SELECT count(*) FROM (SELECT hash FROM holdings UNION SELECT hash FROM uploads WHERE complete))

-- name: count_texts
SELECT count(*) FROM entries WHERE kind IN (1, 5, 6) AND id <= ?

-- name: void_texts
-- Positions of texts that no message has any more, as far as the entry that says so is not behind ?1.
SELECT json_group_array(id) FROM (
    SELECT x.message AS id FROM edits AS x WHERE x.edit <= ?1
    UNION ALL
    SELECT x.edit FROM edits AS x JOIN edits AS y ON y.message = x.message AND y.edit > x.edit WHERE y.edit <= ?1
    UNION ALL
    SELECT coalesce((SELECT max(x.edit) FROM edits AS x WHERE x.message = m.id), m.id)
    FROM entries AS d CROSS JOIN entries AS m ON m.conversation = d.conversation AND m.seq = d.target
    WHERE d.kind = 7 AND d.id <= ?1)
