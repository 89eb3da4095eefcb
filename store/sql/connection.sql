-- name: use_wal
PRAGMA journal_mode = WAL
-- name: sync_full
PRAGMA synchronous = FULL
-- name: sync_normal
PRAGMA synchronous = NORMAL
-- name: secure_delete
-- What is given free is overwritten: a page may keep no piece of a text that was deleted.
PRAGMA secure_delete = ON
-- name: foreign_keys
PRAGMA foreign_keys = ON
-- name: temporary_in_memory
PRAGMA temp_store = MEMORY
-- name: query_only
PRAGMA query_only = ON
-- name: wal_limit
-- After a burst the log shrinks back to this many bytes.
PRAGMA journal_size_limit = 67108864
-- name: checkpoint_every
-- Pages of 4 KiB. A page that many commits touch goes into the file once a checkpoint: 4,000 cost a third less than 1,000.
PRAGMA wal_autocheckpoint = 4000
-- name: writer_cache
-- 64 MiB: the tail pages of many conversations' logs; the default of 2 MiB reads them back all the time.
PRAGMA cache_size = -65536
-- name: checkpoint
PRAGMA wal_checkpoint(TRUNCATE)
-- name: wait_little
-- Milliseconds that a checkpoint waits for those who read: all writers wait with it.
PRAGMA busy_timeout = 100
-- name: wait_long
-- As every connection waits that database.py opens.
PRAGMA busy_timeout = 10000
-- name: application
PRAGMA application_id
-- name: version
PRAGMA user_version
-- name: objects
SELECT count(*) FROM sqlite_master
-- name: begin_write
BEGIN IMMEDIATE
-- name: begin_read
BEGIN
-- name: commit
COMMIT
-- name: rollback
ROLLBACK
-- name: savepoint
SAVEPOINT command
-- name: release
RELEASE command
-- name: undo
ROLLBACK TO command
-- name: new_epoch
UPDATE meta SET epoch = randomblob(16)
-- name: end_all_sessions
DELETE FROM sessions
