-- name: attachment_seen
-- Of a message that is not deleted, by one who is in the conversation and sees so far back.
SELECT a.hash, a.size, a.thumbnail, a.thumbnail_size
FROM members AS m
JOIN entries AS e ON e.conversation = m.conversation AND e.seq = ?3 AND e.kind = 1
JOIN attachments AS a ON a.message = e.id AND a.number = ?4
WHERE m.user = ?1 AND m.conversation = ?2 AND m.visible_seq < ?3

-- name: picture_seen
SELECT u.picture, h.size FROM users AS u JOIN holdings AS h ON h.hash = u.picture AND h.user = u.id
WHERE u.folded = ? AND u.deleted = 0

-- name: upload_half_done
SELECT size FROM uploads WHERE user = ? AND hash = ? AND NOT complete

-- name: blob_had
SELECT 1 WHERE EXISTS (SELECT 1 FROM holdings WHERE hash = ?1) OR EXISTS (SELECT 1 FROM uploads WHERE hash = ?1)
