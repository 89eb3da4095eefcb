-- name: add_account
INSERT INTO account (server, user, epoch) VALUES (?1, ?2, x'') ON CONFLICT (server, user) DO NOTHING

-- name: find_account
SELECT id, epoch FROM account WHERE server = ?1 AND user = ?2

-- name: set_epoch
UPDATE account SET epoch = ?2 WHERE id = ?1

-- name: drop_cursors
DELETE FROM cursor WHERE account = ?1

-- name: cursors
SELECT conversation, seq FROM cursor WHERE account = ?1

-- name: put_cursor
INSERT INTO cursor (account, conversation, seq) VALUES (?1, ?2, ?3)
ON CONFLICT (account, conversation) DO UPDATE SET seq = max(seq, excluded.seq)

-- name: kept
SELECT name, value FROM kept WHERE account = ?1 ORDER BY name

-- name: keep
INSERT INTO kept (account, name, value) VALUES (?1, ?2, ?3)
ON CONFLICT (account, name) DO UPDATE SET value = excluded.value

-- name: forget
DELETE FROM kept WHERE account = ?1 AND name = ?2

-- name: epoch
SELECT epoch FROM account WHERE id = ?1
