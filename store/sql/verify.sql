-- name: verify_file
SELECT integrity_check FROM pragma_integrity_check(100) WHERE integrity_check <> 'ok'

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
SELECT id, target FROM entries WHERE kind IN (2, 3, 4) AND (target IS NULL OR target NOT IN (SELECT id FROM users))

-- name: verify_lost
SELECT m.user, m.conversation FROM members AS m JOIN conversations AS c ON c.id = m.conversation
WHERE c.kind = 'direct' AND m.user NOT IN (c.low, c.high)

-- name: verify_counts
SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM conversations), (SELECT count(*) FROM entries)

-- name: count_messages
SELECT count(*) FROM entries WHERE kind = 1 AND id <= ?
