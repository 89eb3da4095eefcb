-- What the recipient was called is not enough: the name may be another group's by the time that the message is sent. 0: not known.
ALTER TABLE outbox ADD COLUMN conversation INTEGER NOT NULL DEFAULT 0;
