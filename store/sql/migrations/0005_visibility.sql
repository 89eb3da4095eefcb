-- Another kind of entry, which servers of before can't read:
--   15 visibility   text: what changed, in words: `public` or `private`, and `all` or `joined`
BEGIN IMMEDIATE;

PRAGMA user_version = 5;
COMMIT;
