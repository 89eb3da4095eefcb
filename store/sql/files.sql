-- name: file_size
-- Of a file that the user can post.
SELECT size FROM holdings WHERE hash = ?2 AND user = ?1
UNION ALL
SELECT size FROM uploads WHERE user = ?1 AND hash = ?2 AND complete
LIMIT 1

-- name: stored
SELECT stored FROM users WHERE id = ?

-- name: add_stored
UPDATE users SET stored = stored + ? WHERE id = ?

-- name: holding
SELECT 1 FROM holdings WHERE hash = ? AND user = ?

-- name: upload
SELECT size, complete FROM uploads WHERE user = ? AND hash = ?

-- name: count_uploads
SELECT count(*) FROM uploads WHERE user = ?

-- name: begin_upload
INSERT INTO uploads (user, hash, size, touched_at) VALUES (?, ?, ?, ?)
ON CONFLICT (user, hash) DO UPDATE SET size = excluded.size, touched_at = excluded.touched_at

-- name: complete_upload
UPDATE uploads SET complete = 1, touched_at = ?3, size = ?4 WHERE user = ?1 AND hash = ?2

-- name: use_upload
DELETE FROM uploads WHERE user = ? AND hash = ? AND complete

-- name: cancel_upload
DELETE FROM uploads WHERE user = ? AND hash = ? RETURNING user, hash, size

-- name: sweep_uploads
DELETE FROM uploads WHERE touched_at < ? RETURNING user, hash, size

-- name: drop_uploads
DELETE FROM uploads WHERE user = ? RETURNING user, hash, size

-- name: hold
INSERT INTO holdings (hash, user, size, uses) VALUES (?, ?, ?, 1)
ON CONFLICT (hash, user) DO UPDATE SET uses = uses + 1 RETURNING uses

-- name: release_last
DELETE FROM holdings WHERE hash = ? AND user = ? AND uses = 1 RETURNING size

-- name: release_one
UPDATE holdings SET uses = uses - 1 WHERE hash = ? AND user = ?

-- name: insert_attachment
INSERT INTO attachments (message, number, name, type, size, hash, width, height, thumbnail, thumbnail_size)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: attachments
SELECT message, name, type, size, hash, width, height, thumbnail, thumbnail_size FROM attachments
WHERE message IN (SELECT value FROM json_each(?)) ORDER BY message, number

-- name: blank_attachments
-- As texts are: no row changes its size.
UPDATE attachments SET hash = zeroblob(32), thumbnail = zeroblob(length(thumbnail)),
    name = printf('%*s', length(CAST(name AS BLOB)), ''), type = printf('%*s', length(CAST(type AS BLOB)), '')
WHERE message = ?

-- name: insert_forward
INSERT INTO forwards (message, author) VALUES (?, ?)

-- name: author
-- Of a message that somebody said first elsewhere.
SELECT author FROM forwards WHERE message = ?

-- name: authors
SELECT f.message, u.id, u.name
FROM json_each(?) AS v JOIN forwards AS f ON f.message = v.value JOIN users AS u ON u.id = f.author
