-- msgpack, what Files of hubbub.client.outbox has; empty: no files.
ALTER TABLE outbox ADD COLUMN files BLOB NOT NULL DEFAULT x'';
