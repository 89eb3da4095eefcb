-- name: position
SELECT coalesce(max(id), 0) FROM entries

-- name: account
SELECT u.id, u.name, u.password_hash, u.disabled,
    EXISTS (SELECT 1 FROM devices AS d WHERE d.user = u.id AND d.key = ?2)
FROM users AS u WHERE u.folded = ?1

-- name: home
SELECT m.conversation, c.kind, coalesce(c.name, p.name), coalesce(p.id, 0), m.joined_seq, m.read_seq,
    (SELECT e.seq FROM entries AS e WHERE e.conversation = m.conversation ORDER BY e.seq DESC LIMIT 1),
    (SELECT count(*) FROM entries AS e
        WHERE e.conversation = m.conversation AND e.seq > m.read_seq AND e.kind = 1 AND e.sender <> m.user),
    l.seq, l.id, l.at, l.sender, s.name, l.key, l.ordinal, substr(l.text, 1, ?5)
FROM members AS m
JOIN conversations AS c ON c.id = m.conversation
LEFT JOIN users AS p ON p.id = CASE WHEN c.low = m.user THEN c.high ELSE c.low END
LEFT JOIN entries AS l ON l.id = (SELECT e.id FROM entries AS e
    WHERE e.conversation = m.conversation AND e.kind = 1 ORDER BY e.seq DESC LIMIT 1)
LEFT JOIN users AS s ON s.id = l.sender
WHERE m.user = ?1 AND m.conversation > ?2 AND (?3 IS NULL OR m.conversation IN (SELECT value FROM json_each(?3)))
ORDER BY m.conversation LIMIT ?4

-- name: is_member
SELECT 1 FROM members WHERE user = ? AND conversation = ?

-- name: entries_after
SELECT e.conversation, e.seq, e.id, e.at, e.sender, u.name, e.key, e.ordinal, e.text, e.kind, e.target, t.name
FROM entries AS e JOIN users AS u ON u.id = e.sender LEFT JOIN users AS t ON t.id = e.target
WHERE e.conversation = ? AND e.seq > ? ORDER BY e.seq LIMIT ?

-- name: messages_after
SELECT e.conversation, e.seq, e.id, e.at, e.sender, u.name, e.key, e.ordinal, e.text
FROM entries AS e JOIN users AS u ON u.id = e.sender
WHERE e.conversation = ? AND e.seq > ? AND e.kind = 1 ORDER BY e.seq LIMIT ?

-- name: messages_before
SELECT e.conversation, e.seq, e.id, e.at, e.sender, u.name, e.key, e.ordinal, e.text
FROM entries AS e JOIN users AS u ON u.id = e.sender
WHERE e.conversation = ? AND e.seq < ? AND e.kind = 1 ORDER BY e.seq DESC LIMIT ?

-- name: message_before
SELECT 1 FROM entries WHERE conversation = ? AND seq < ? AND kind = 1 ORDER BY seq DESC LIMIT 1

-- name: message_after
SELECT 1 FROM entries WHERE conversation = ? AND seq > ? AND kind = 1 ORDER BY seq LIMIT 1

-- name: users
SELECT id, name, folded FROM users
WHERE folded >= ?1 AND folded < ?2 AND folded > ?3 AND NOT disabled ORDER BY folded LIMIT ?4

-- name: accounts
SELECT u.id, u.name, u.admin, u.disabled, u.created_at, (SELECT count(*) FROM sessions AS s WHERE s.user = u.id),
    u.folded
FROM users AS u WHERE u.folded > ? ORDER BY u.folded LIMIT ?
