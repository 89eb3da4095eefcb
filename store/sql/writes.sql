-- name: last_entry
SELECT id, at FROM entries ORDER BY id DESC LIMIT 1

-- name: epoch
SELECT epoch FROM meta

-- name: general
SELECT id FROM conversations WHERE folded = 'general'

-- name: live_sessions
SELECT s.id, s.user, u.name, s.token_hash, s.device_key, s.expires_at
FROM sessions AS s JOIN users AS u ON u.id = s.user
WHERE s.expires_at > ? AND NOT u.disabled ORDER BY s.id

-- name: recent_entries
SELECT id, conversation, seq FROM entries ORDER BY id DESC LIMIT ?

-- name: user_by_folded
SELECT id, name, password_hash, admin, disabled FROM users WHERE folded = ?

-- name: user_by_id
SELECT name, password_hash, admin, disabled, home_version FROM users WHERE id = ?

-- name: any_user
SELECT 1 FROM users LIMIT 1

-- name: insert_user
INSERT INTO users (name, folded, password_hash, admin, created_at) VALUES (?, ?, ?, ?, ?)

-- name: set_password
UPDATE users SET password_hash = ? WHERE id = ?

-- name: set_disabled
UPDATE users SET disabled = ? WHERE id = ?

-- name: raise_home_version
UPDATE users SET home_version = home_version + 1 WHERE id = ?

-- name: home_version
SELECT home_version FROM users WHERE id = ?

-- name: sessions_of_user
SELECT id FROM sessions WHERE user = ? ORDER BY id

-- name: end_sessions_of_user
DELETE FROM sessions WHERE user = ?

-- name: insert_session
INSERT INTO sessions (user, token_hash, device_key, device, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)

-- name: remember_device
INSERT INTO devices (user, key, first_seen, last_seen) VALUES (?1, ?2, ?3, ?3)
ON CONFLICT (user, key) DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)

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

-- name: insert_direct
INSERT INTO conversations (kind, low, high, created_at) VALUES ('direct', ?, ?, ?)

-- name: group_by_folded
SELECT id FROM conversations WHERE folded = ?

-- name: insert_group
INSERT INTO conversations (kind, name, folded, created_at) VALUES ('group', ?, ?, ?)

-- name: conversation_kind
SELECT kind FROM conversations WHERE id = ?

-- name: membership
SELECT role, read_seq FROM members WHERE user = ? AND conversation = ?

-- name: insert_member
INSERT INTO members (user, conversation, role, joined_seq, read_seq) VALUES (?1, ?2, ?3, ?4, ?4)

-- name: delete_member
DELETE FROM members WHERE user = ? AND conversation = ?

-- name: set_read
UPDATE members SET read_seq = ? WHERE user = ? AND conversation = ?

-- name: head
SELECT seq, ordinal FROM entries WHERE conversation = ? ORDER BY seq DESC LIMIT 1

-- name: entry_by_key
SELECT e.conversation, e.seq, e.id, e.at, e.sender, u.name, e.key, e.ordinal, e.text, e.kind
FROM entries AS e JOIN users AS u ON u.id = e.sender WHERE e.key = ? AND e.sender = ?

-- name: append_messages
INSERT INTO entries (id, conversation, seq, kind, sender, at, ordinal, key, text)
VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)

-- name: append_member
INSERT INTO entries (id, conversation, seq, kind, sender, at, ordinal, target) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
