-- name: position
SELECT coalesce(max(id), 0) FROM entries

-- name: visible
SELECT visible_seq FROM members WHERE user = ? AND conversation = ?

-- name: user_named
SELECT id FROM users WHERE folded = ? AND deleted = 0

-- name: account
SELECT u.id, u.name, u.password_hash, u.disabled,
    EXISTS (SELECT 1 FROM devices AS d WHERE d.user = u.id AND d.key = ?2)
FROM users AS u WHERE u.folded = ?1 AND u.deleted = 0

-- name: home_snapshot
SELECT (SELECT coalesce(max(id), 0) FROM entries), home_version FROM users WHERE id = ?

-- name: blocked
SELECT u.id, u.name FROM blocks AS b JOIN users AS u ON u.id = b.other WHERE b.user = ?

-- name: home
-- A message that names the user and all counts once. The last message follows in the columns of a message.
SELECT m.conversation, c.kind, coalesce(c.name, p.name), coalesce(p.id, 0), m.joined_seq,
    coalesce((SELECT j.id FROM entries AS j WHERE j.conversation = m.conversation AND j.seq = m.joined_seq), 0), m.read_seq, m.visible_seq,
    m.muted_until, m.role, c.topic, c.public, c.history, c.size, coalesce(p.bot, 0),
    (SELECT e.seq FROM entries AS e WHERE e.conversation = m.conversation ORDER BY e.seq DESC LIMIT 1),
    (SELECT count(*) FROM entries AS e
        WHERE e.conversation = m.conversation AND e.seq > max(m.read_seq, m.visible_seq) AND e.kind = 1
            AND e.sender <> m.user),
    (SELECT count(*) FROM mentions AS n
        WHERE n.conversation = m.conversation AND n.user = m.user AND n.seq > max(m.read_seq, m.visible_seq))
    + (SELECT count(*) FROM mentions AS n
        WHERE n.conversation = m.conversation AND n.user = 0 AND n.seq > max(m.read_seq, m.visible_seq)
            AND n.sender <> m.user
            AND NOT EXISTS (SELECT 1 FROM mentions AS o
                WHERE o.conversation = m.conversation AND o.user = m.user AND o.seq = n.seq)),
    l.conversation, l.seq, l.id, l.at, l.sender, s.name, l.key, l.ordinal,
    substr(l.text, 1, ?5), l.kind, l.target, NULL, l.data
FROM members AS m
JOIN conversations AS c ON c.id = m.conversation
LEFT JOIN users AS p ON p.id = CASE WHEN c.low = m.user THEN c.high ELSE c.low END
LEFT JOIN entries AS l ON l.id = (SELECT e.id FROM entries AS e
    WHERE e.conversation = m.conversation AND e.seq > m.visible_seq AND e.kind IN (1, 5) ORDER BY e.seq DESC LIMIT 1)
LEFT JOIN users AS s ON s.id = l.sender
WHERE m.user = ?1 AND m.conversation > ?2 AND (?3 IS NULL OR m.conversation IN (SELECT value FROM json_each(?3)))
ORDER BY m.conversation LIMIT ?4

-- name: entries_after
SELECT e.conversation, e.seq, e.id, e.at, e.sender, u.name, e.key, e.ordinal, e.text, e.kind, e.target, t.name, e.data
FROM entries AS e JOIN users AS u ON u.id = e.sender
LEFT JOIN users AS t ON t.id = e.target AND e.kind IN (2, 3, 4, 14)
WHERE e.conversation = ? AND e.seq > ? ORDER BY e.seq LIMIT ?

-- name: messages_after
SELECT e.conversation, e.seq, e.id, e.at, e.sender, u.name, e.key, e.ordinal, e.text, e.kind, e.target, NULL, e.data
FROM entries AS e JOIN users AS u ON u.id = e.sender
WHERE e.conversation = ? AND e.seq > ? AND e.seq < ? AND e.kind IN (1, 5) ORDER BY e.seq LIMIT ?

-- name: messages_before
SELECT e.conversation, e.seq, e.id, e.at, e.sender, u.name, e.key, e.ordinal, e.text, e.kind, e.target, NULL, e.data
FROM entries AS e JOIN users AS u ON u.id = e.sender
WHERE e.conversation = ? AND e.seq > ? AND e.seq < ? AND e.kind IN (1, 5) ORDER BY e.seq DESC LIMIT ?

-- name: message_between
SELECT 1 FROM entries WHERE conversation = ? AND seq > ? AND seq < ? AND kind IN (1, 5) LIMIT 1

-- name: earlier_texts
-- Every text but the last, the message's own first. Which are on the page is said before their texts are read.
SELECT e.text, e.at
FROM (SELECT id FROM (SELECT ?1 AS id UNION ALL SELECT edit FROM edits WHERE message = ?1)
    WHERE id < (SELECT max(edit) FROM edits WHERE message = ?1) ORDER BY id LIMIT ?2 OFFSET ?3) AS x
JOIN entries AS e ON e.id = x.id ORDER BY x.id

-- name: pins
SELECT e.conversation, e.seq, e.id, e.at, e.sender, u.name, e.key, e.ordinal, e.text, e.kind, e.target, NULL, e.data
FROM pins AS p
JOIN entries AS e ON e.conversation = p.conversation AND e.seq = p.seq
JOIN users AS u ON u.id = e.sender
WHERE p.conversation = ? AND p.seq > ? AND p.seq < ? ORDER BY p.seq DESC LIMIT ?

-- name: users
SELECT id, name, display_name, colour, status, status_text, last_seen, picture, bot, folded FROM users
WHERE folded >= ?1 AND folded < ?2 AND folded > ?3 AND NOT disabled AND deleted = 0 ORDER BY folded LIMIT ?4

-- name: profile
SELECT u.id, u.name, u.display_name, u.colour, u.status, u.status_text, u.last_seen, u.picture, u.bot, u.receipts,
    EXISTS (SELECT 1 FROM blocks AS b WHERE b.user = ?2 AND b.other = u.id)
FROM users AS u WHERE u.folded = ?1 AND u.deleted = 0

-- name: groups
SELECT c.name, c.topic, c.size, EXISTS (SELECT 1 FROM members AS m WHERE m.user = ?5 AND m.conversation = c.id), c.folded
FROM conversations AS c
WHERE c.public = 1 AND c.folded >= ?1 AND c.folded < ?2 AND c.folded > ?3 ORDER BY c.folded LIMIT ?4

-- name: members
-- How far somebody has read is his to show; he himself sees it. What a deleted user was called says no page's end either.
SELECT u.id, u.name, m.role, CASE WHEN u.receipts OR u.id = ?4 THEN m.read_seq END, u.bot,
    CASE WHEN u.deleted THEN u.name ELSE u.folded END AS place
FROM members AS m JOIN users AS u ON u.id = m.user
WHERE m.conversation = ?1 AND place > ?2 ORDER BY place LIMIT ?3

-- name: sessions
SELECT device, created_at, expires_at, id FROM sessions
WHERE user = ? AND id > ? AND expires_at > ? ORDER BY id LIMIT ?

-- name: accounts
SELECT u.id, u.name, u.admin, u.disabled, u.created_at, (SELECT count(*) FROM sessions AS s WHERE s.user = u.id),
    u.bot, u.folded
FROM users AS u WHERE u.folded > ? AND u.deleted = 0 ORDER BY u.folded LIMIT ?

-- name: more_than_text
-- Of these messages those to which something came, or that have files or another author. Most pages have none, and are then asked
-- about once, and not table by table.
SELECT v.value FROM json_each(?) AS v
WHERE EXISTS (SELECT 1 FROM edits AS x WHERE x.message = v.value)
    OR EXISTS (SELECT 1 FROM reactions AS r WHERE r.message = v.value)
    OR EXISTS (SELECT 1 FROM attachments AS a WHERE a.message = v.value)
    OR EXISTS (SELECT 1 FROM forwards AS f WHERE f.message = v.value)
    OR EXISTS (SELECT 1 FROM entries AS e JOIN pins AS p ON p.conversation = e.conversation AND p.seq = e.seq
        WHERE e.id = v.value)

-- name: last_edits
-- The current texts of those messages that were edited.
SELECT v.value, e.at, e.text, e.data
FROM json_each(?) AS v JOIN entries AS e ON e.id = (SELECT max(x.edit) FROM edits AS x WHERE x.message = v.value)

-- name: current_edits
-- Of these edits those that say what a message is now.
SELECT x.id FROM json_each(?) AS v
JOIN entries AS x ON x.id = v.value
JOIN entries AS m ON m.conversation = x.conversation AND m.seq = x.target
WHERE m.kind = 1 AND x.id = (SELECT max(t.edit) FROM edits AS t WHERE t.message = m.id)

-- name: tombstones
SELECT t.message, t.at, u.name
FROM json_each(?) AS v JOIN tombstones AS t ON t.message = v.value JOIN users AS u ON u.id = t.actor

-- name: pinned
SELECT e.id FROM json_each(?) AS v
JOIN entries AS e ON e.id = v.value
JOIN pins AS p ON p.conversation = e.conversation AND p.seq = e.seq

-- name: reactions
-- Of each message its emoji by when they came first, and of each emoji the first ?3 users. Counted group by group: windows over
-- all rows took ten times as long, and a page of a big room can have 100,000 of them.
WITH each (message, emoji, number, first, last) AS MATERIALIZED (
    SELECT grouped.message, grouped.emoji, grouped.number, grouped.first,
        (SELECT t.entry FROM reactions AS t WHERE t.message = grouped.message AND t.emoji = grouped.emoji
            AND grouped.number > ?3 ORDER BY t.entry LIMIT 1 OFFSET ?3 - 1)
    FROM (
        SELECT message, emoji, count(*) AS number, min(entry) AS first FROM reactions
        WHERE message IN (SELECT value FROM json_each(?1)) GROUP BY message, emoji) AS grouped)
SELECT each.message, each.emoji, each.number,
    EXISTS (SELECT 1 FROM reactions AS o WHERE o.message = each.message AND o.emoji = each.emoji AND o.user = ?2),
    r.user, u.name
FROM each
CROSS JOIN reactions AS r ON r.message = each.message AND r.emoji = each.emoji AND (each.last IS NULL OR r.entry <= each.last)
CROSS JOIN users AS u ON u.id = r.user
ORDER BY each.message, each.first, r.entry

-- name: bots
SELECT id FROM users WHERE id IN (SELECT value FROM json_each(?)) AND bot

-- name: names
SELECT id, name FROM users WHERE id IN (SELECT value FROM json_each(?))
