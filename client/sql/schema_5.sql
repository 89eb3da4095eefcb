-- The seq of the message that it answers; 0: none. It means something in the conversation and the store of when it was written.
ALTER TABLE outbox ADD COLUMN reply_to INTEGER NOT NULL DEFAULT 0;

-- How people want to be shown, as far as it was seen.
ALTER TABLE person ADD COLUMN display_name TEXT NOT NULL DEFAULT '';

ALTER TABLE person ADD COLUMN colour TEXT NOT NULL DEFAULT '';

ALTER TABLE person ADD COLUMN picture BLOB NOT NULL DEFAULT x'';

ALTER TABLE person ADD COLUMN bot INTEGER NOT NULL DEFAULT 0;
