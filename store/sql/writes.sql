-- name: last_entry
SELECT id, at FROM entries ORDER BY id DESC LIMIT 1

-- name: epoch
SELECT epoch FROM meta

-- name: live_sessions
SELECT s.id, s.user, u.name, s.token_hash, s.device_key, s.expires_at, u.bot
FROM sessions AS s JOIN users AS u ON u.id = s.user
WHERE s.expires_at > ? AND NOT u.disabled ORDER BY s.id

-- name: recent_entries
SELECT id, conversation, seq FROM entries ORDER BY id DESC LIMIT ?

-- name: any_person
SELECT 1 FROM users WHERE NOT bot LIMIT 1

-- name: insert_user
INSERT INTO users (name, folded, password_hash, admin, bot, created_at) VALUES (?, ?, ?, ?, ?, ?)

-- name: set_disabled
UPDATE users SET disabled = ? WHERE id = ?

-- name: raise_home_version
UPDATE users SET home_version = home_version + 1 WHERE id = ?

-- name: insert_session
INSERT INTO sessions (user, token_hash, device_key, device, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)

-- name: remember_device
INSERT INTO devices (user, key, first_seen, last_seen) VALUES (?1, ?2, ?3, ?3)
ON CONFLICT (user, key) DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)

-- name: forget_devices
-- All of the user's but those that were seen last.
DELETE FROM devices WHERE user = ?1 AND key IN (
    SELECT key FROM devices WHERE user = ?1 ORDER BY last_seen DESC, first_seen DESC LIMIT -1 OFFSET ?2)

-- name: oldest_sessions
-- All of the user's but so many.
SELECT id FROM sessions WHERE user = ? ORDER BY id DESC LIMIT -1 OFFSET ?

-- name: session_by_id
SELECT id FROM sessions WHERE id = ?

-- name: end_session
DELETE FROM sessions WHERE id = ?

-- name: expired_sessions
SELECT id FROM sessions WHERE expires_at <= ? ORDER BY id

-- name: end_expired_sessions
DELETE FROM sessions WHERE expires_at <= ?

-- name: conversations_of_user
SELECT conversation FROM members WHERE user = ? ORDER BY conversation

-- name: direct_conversation
SELECT id FROM conversations WHERE low = ? AND high = ?

-- name: delete_member
DELETE FROM members WHERE user = ? AND conversation = ?

-- name: set_read
UPDATE members SET read_seq = ? WHERE user = ? AND conversation = ?

-- name: head
SELECT seq, ordinal FROM entries WHERE conversation = ? ORDER BY seq DESC LIMIT 1

-- name: append_messages
INSERT INTO entries (id, conversation, seq, kind, sender, at, ordinal, key, text)
VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)

-- name: append_entry
INSERT INTO entries (id, conversation, seq, kind, sender, at, ordinal, key, text, target, data)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: entry_by_key
SELECT e.conversation, e.seq, e.id, e.at, e.sender, u.name, e.key, e.ordinal, e.text, e.kind, e.target, t.name, e.data
FROM entries AS e JOIN users AS u ON u.id = e.sender
LEFT JOIN users AS t ON t.id = e.target AND e.kind IN (2, 3, 4, 14)
WHERE e.key = ? AND e.sender = ?

-- name: place
-- The conversation of a member as he has it; what a deleted account had asked for before finds it nowhere. closed: nothing can be written, because the partner has blocked him (1) or is
-- deleted (2).
SELECT u.name, m.role, m.visible_seq, m.read_seq, c.kind = 'group', c.name, c.topic, c.public, c.history,
    coalesce((SELECT CASE WHEN p.deleted > 0 THEN 2
            ELSE EXISTS (SELECT 1 FROM blocks AS b WHERE b.user = p.id AND b.other = m.user) END
        FROM users AS p WHERE p.id = CASE WHEN c.low = m.user THEN c.high ELSE c.low END AND p.id <> m.user), 0)
FROM members AS m JOIN conversations AS c ON c.id = m.conversation JOIN users AS u ON u.id = m.user
WHERE m.user = ? AND m.conversation = ? AND u.deleted = 0

-- name: message_at
SELECT id, kind, sender, text, data FROM entries WHERE conversation = ? AND seq = ? AND kind IN (1, 5)

-- name: last_edit
SELECT e.text, e.data FROM edits AS x JOIN entries AS e ON e.id = x.edit WHERE x.message = ? ORDER BY x.edit DESC LIMIT 1

-- name: named_members
-- Of these folded names those that members of the conversation have, in their order.
SELECT u.id, u.name FROM json_each(?1) AS n
JOIN users AS u ON u.folded = n.value
JOIN members AS m ON m.user = u.id AND m.conversation = ?2
ORDER BY n.key LIMIT ?3

-- name: insert_mentions
INSERT INTO mentions (conversation, user, seq, sender) SELECT ?1, value, ?2, ?3 FROM json_each(?4)

-- name: delete_mentions
DELETE FROM mentions WHERE conversation = ?1 AND seq = ?2 AND user IN (SELECT value FROM json_each(?3))

-- name: count_edits
SELECT count(*) FROM edits WHERE message = ?

-- name: insert_edit
INSERT INTO edits (message, edit) VALUES (?, ?)

-- name: blank_message
-- One byte fewer than the text has, for the one that another kind takes: the row must not grow.
UPDATE entries SET kind = 5, text = printf('%*s', length(CAST(text AS BLOB)) - 1, '') WHERE id = ?

-- name: blank_edits
UPDATE entries SET text = printf('%*s', length(CAST(text AS BLOB)), '')
WHERE id IN (SELECT edit FROM edits WHERE message = ?)

-- name: insert_tombstone
INSERT INTO tombstones (message, actor, at) VALUES (?, ?, ?)

-- name: delete_reactions
DELETE FROM reactions WHERE message = ?

-- name: reaction
SELECT 1 FROM reactions WHERE message = ? AND emoji = ? AND user = ?

-- name: has_emoji
SELECT 1 FROM reactions WHERE message = ? AND emoji = ? LIMIT 1

-- name: count_emoji
-- From each emoji to the next one in the index: a message can have a thousand reactions of each.
WITH RECURSIVE used (emoji) AS (
    SELECT min(emoji) FROM reactions WHERE message = ?1
    UNION ALL
    SELECT (SELECT min(r.emoji) FROM reactions AS r WHERE r.message = ?1 AND r.emoji > used.emoji)
    FROM used WHERE used.emoji IS NOT NULL)
SELECT count(emoji) FROM used

-- name: insert_reaction
INSERT INTO reactions (message, emoji, user, entry) VALUES (?, ?, ?, ?)

-- name: delete_reaction
DELETE FROM reactions WHERE message = ? AND emoji = ? AND user = ?

-- name: pin
SELECT 1 FROM pins WHERE conversation = ? AND seq = ?

-- name: count_pins
SELECT count(*) FROM pins WHERE conversation = ?

-- name: insert_pin
INSERT INTO pins (conversation, seq) VALUES (?, ?)

-- name: delete_pin
DELETE FROM pins WHERE conversation = ? AND seq = ?

-- name: insert_group
INSERT INTO conversations (kind, name, folded, public, topic, history, created_at) VALUES ('group', ?, ?, ?, ?, ?, ?)

-- name: public_group
SELECT id FROM conversations WHERE folded = ? AND public = 1

-- name: rename_group
UPDATE conversations SET name = ?, folded = ? WHERE id = ?

-- name: set_topic
UPDATE conversations SET topic = ? WHERE id = ?

-- name: set_visibility
-- NULL: as it is.
UPDATE conversations SET public = coalesce(?, public), history = coalesce(?, history) WHERE id = ?

-- name: resize
UPDATE conversations SET size = size + ? WHERE id = ?

-- name: role
SELECT role FROM members WHERE user = ? AND conversation = ?

-- name: set_role
UPDATE members SET role = ? WHERE user = ? AND conversation = ?

-- name: owners
-- How many others own the group, and how many of those can log in.
SELECT count(*), coalesce(sum(NOT u.disabled), 0) FROM members AS m JOIN users AS u ON u.id = m.user
WHERE m.conversation = ? AND m.role = 'owner' AND m.user <> ?

-- name: heir
-- Who is to own the group when this user goes: its admin of longest standing, else its member; bots come behind them,
-- and who can't log in is the last.
SELECT m.user, u.name, u.disabled, m.role FROM members AS m JOIN users AS u ON u.id = m.user
WHERE m.conversation = ? AND m.user <> ?
ORDER BY u.disabled, m.role = 'owner' DESC, u.bot, m.role = 'admin' DESC, m.joined_seq, m.user LIMIT 1

-- name: count_groups
SELECT count(*) FROM members AS m JOIN conversations AS c ON c.id = m.conversation
WHERE m.user = ? AND c.kind = 'group'

-- name: insert_member
-- With history 'joined' he sees what comes from his own joining on.
INSERT INTO members (user, conversation, role, joined_seq, visible_seq, read_seq)
SELECT ?1, id, ?3, ?4, CASE WHEN history = 'joined' THEN max(?4 - 1, 0) ELSE 0 END, ?4 FROM conversations WHERE id = ?2

-- name: insert_direct
INSERT INTO conversations (kind, low, high, created_at, size) VALUES ('direct', ?1, ?2, ?3, 1 + (?1 <> ?2))

-- name: set_muted
UPDATE members SET muted_until = ? WHERE user = ? AND conversation = ?

-- name: user_by_folded
SELECT id, name, deleted FROM users WHERE folded = ?

-- name: user_by_id
SELECT name, password_hash, admin, disabled, bot FROM users WHERE id = ? AND deleted = 0

-- name: home_version
SELECT home_version, receipts FROM users WHERE id = ?

-- name: set_password
UPDATE users SET password_hash = ? WHERE id = ?

-- name: sessions_of_user
SELECT id FROM sessions WHERE user = ? AND id <> ? ORDER BY id

-- name: end_sessions_of_user
DELETE FROM sessions WHERE user = ? AND id <> ?

-- name: session_of_user
SELECT id FROM sessions WHERE id = ? AND user = ?

-- name: status
SELECT home_version, status, status_text FROM users WHERE id = ?

-- name: set_status
UPDATE users SET status = ?1, status_text = ?2 WHERE id = ?3 AND (status, status_text) <> (?1, ?2)

-- name: own_profile
SELECT name, display_name, colour, picture FROM users WHERE id = ? AND deleted = 0

-- name: set_profile
-- NULL: as it is.
UPDATE users SET display_name = coalesce(?, display_name), colour = coalesce(?, colour), receipts = coalesce(?, receipts),
    picture = coalesce(?, picture)
WHERE id = ?

-- name: set_seen
UPDATE users SET last_seen = max(last_seen, ?1) WHERE id IN (SELECT value FROM json_each(?2)) AND deleted = 0

-- name: block
SELECT 1 FROM blocks WHERE user = ? AND other = ?

-- name: count_blocks
SELECT count(*) FROM blocks AS b JOIN users AS u ON u.id = b.other WHERE b.user = ? AND u.deleted = 0

-- name: insert_block
INSERT INTO blocks (user, other) VALUES (?, ?)

-- name: delete_block
DELETE FROM blocks WHERE user = ? AND other = ?

-- name: delete_blocks
DELETE FROM blocks WHERE user = ?

-- name: memberships
SELECT m.conversation, m.role, c.kind = 'group' FROM members AS m JOIN conversations AS c ON c.id = m.conversation
WHERE m.user = ? ORDER BY m.conversation

-- name: delete_user
-- His name is nobody's, and stays taken by its folded form. No password has an empty hash.
UPDATE users SET name = ?2, password_hash = '', display_name = '', colour = '', status = 'online', status_text = '',
    last_seen = 0, picture = x'', deleted = ?3 WHERE id = ?1

-- name: users_to_purge
SELECT id FROM users WHERE deleted = 2 ORDER BY id

-- name: purge_of
SELECT purged FROM users WHERE id = ? AND deleted = 2

-- name: messages_to_purge
SELECT conversation, seq, id, kind, sender, text, data FROM entries
WHERE id > ? AND id <= ? AND sender = ? AND kind = 1 ORDER BY id LIMIT ?

-- name: set_purged
UPDATE users SET purged = ?, deleted = ? WHERE id = ?
