-- name: add_account
INSERT INTO account (server, user, epoch) VALUES (?1, ?2, ?3) ON CONFLICT (server, user) DO NOTHING

-- name: find_account
SELECT id, epoch FROM account WHERE server = ?1 AND user = ?2

-- name: accounts_of
SELECT id FROM account WHERE server = ?1 AND (?2 = '' OR user = ?2)

-- name: bury_account
UPDATE account SET server = x'', user = CAST(id AS TEXT), epoch = x'' WHERE id = ?1

-- name: buried
SELECT id FROM account WHERE server = x''

-- name: set_epoch
UPDATE account SET epoch = ?2 WHERE id = ?1

-- name: drop_conversations
DELETE FROM conversation WHERE account = ?1

-- name: drop_messages
DELETE FROM message WHERE account = ?1

-- name: drop_cursors
DELETE FROM cursor WHERE account = ?1

-- name: drop_logs
DELETE FROM log WHERE account = ?1

-- name: drop_blocked
DELETE FROM blocked WHERE account = ?1

-- name: put_blocked
INSERT INTO blocked (account, user, name) VALUES (?1, ?2, ?3)

-- name: blocked
SELECT user, name FROM blocked WHERE account = ?1

-- name: put_conversation
INSERT INTO conversation (account, conversation, row) VALUES (?1, ?2, ?3)
ON CONFLICT (account, conversation) DO UPDATE SET row = excluded.row

-- name: conversation
SELECT row FROM conversation WHERE account = ?1 AND conversation = ?2

-- name: conversations
SELECT row FROM conversation WHERE account = ?1 ORDER BY conversation

-- name: known_conversations
SELECT conversation FROM conversation WHERE account = ?1
UNION SELECT conversation FROM log WHERE account = ?1
UNION SELECT conversation FROM message WHERE account = ?1

-- name: forget_conversation
DELETE FROM conversation WHERE account = ?1 AND conversation = ?2

-- name: forget_log
DELETE FROM log WHERE account = ?1 AND conversation = ?2

-- name: forget_messages
DELETE FROM message WHERE account = ?1 AND conversation = ?2 AND seq <= ?3

-- name: forget_outdated
DELETE FROM message WHERE account = ?1 AND conversation = ?2 AND as_of < ?3

-- name: applied
SELECT applied FROM log WHERE account = ?1 AND conversation = ?2

-- name: set_applied
INSERT INTO log (account, conversation, applied) VALUES (?1, ?2, ?3)
ON CONFLICT (account, conversation) DO UPDATE SET applied = max(applied, excluded.applied)

-- name: put_message
INSERT INTO message (account, conversation, seq, position, as_of, folded, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (account, conversation, seq)
DO UPDATE SET as_of = excluded.as_of, entry = excluded.entry, folded = excluded.folded WHERE excluded.as_of >= as_of

-- name: message_before
SELECT entry FROM message WHERE account = ?1 AND conversation = ?2 AND seq = ?3 AND as_of < ?4

-- name: change_message
UPDATE message SET folded = ?4, entry = ?5 WHERE account = ?1 AND conversation = ?2 AND seq = ?3

-- name: history
SELECT entry FROM message WHERE account = ?1 AND conversation = ?2 AND seq > ?3 AND seq < ?4
ORDER BY seq DESC LIMIT ?5

-- name: history_after
SELECT entry FROM message WHERE account = ?1 AND conversation = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4

-- name: search
SELECT entry FROM message WHERE account = ?1 AND instr(folded, ?2) > 0 AND (?3 IS NULL OR conversation = ?3)
ORDER BY position DESC

-- name: put_cursor
INSERT INTO cursor (account, consumer, epoch, conversation, seq) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (account, consumer, epoch, conversation) DO UPDATE SET seq = max(seq, excluded.seq)

-- name: cursors
SELECT conversation, seq FROM cursor WHERE account = ?1 AND consumer = ?2 AND epoch = ?3

-- name: put_person
INSERT INTO person (account, folded, name, display_name, colour, picture, bot) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (account, folded) DO UPDATE SET name = excluded.name, display_name = excluded.display_name,
    colour = excluded.colour, picture = excluded.picture, bot = excluded.bot

-- name: show_person
INSERT INTO person (account, folded, name, display_name, colour, picture) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (account, folded) DO UPDATE SET name = excluded.name, display_name = excluded.display_name,
    colour = excluded.colour, picture = excluded.picture

-- name: drop_people
DELETE FROM person WHERE account = ?1

-- name: drop_person
DELETE FROM person WHERE account = ?1 AND folded = ?2

-- name: people
SELECT name, display_name, colour, picture, bot FROM person WHERE account = ?1 AND substr(folded, 1, length(?2)) = ?2
ORDER BY folded LIMIT ?3

-- name: outbox_add
INSERT INTO outbox (account, recipient, text, key, conversation, files, reply_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)

-- name: outbox_claim
UPDATE outbox SET state = 'claimed', claimed_until = ?3
WHERE id = (
    SELECT id FROM outbox
    WHERE account = ?1 AND (state = 'pending' OR (state = 'claimed' AND NOT (claimed_until > ?2 AND claimed_until <= 2 * ?3 - ?2)))
    AND NOT EXISTS (
        SELECT 1 FROM outbox
        WHERE account = ?1 AND state = 'claimed' AND claimed_until > ?2 AND claimed_until <= 2 * ?3 - ?2
    )
    ORDER BY id LIMIT 1
)
RETURNING recipient, text, key, conversation, state, problem, files, reply_to

-- name: outbox_settle
UPDATE outbox SET state = ?2, problem = ?3, claimed_until = 0 WHERE key = ?1 AND state <> 'sent'

-- name: outbox_release
UPDATE outbox SET state = 'pending', claimed_until = 0 WHERE key = ?1 AND state = 'claimed'

-- name: outbox_renew
UPDATE outbox SET claimed_until = ?2 WHERE key = ?1 AND state = 'claimed'

-- name: outbox_retry
UPDATE outbox SET state = 'pending', problem = '' WHERE account = ?1 AND key = ?2 AND state = 'failed' RETURNING id

-- name: outbox_discard
DELETE FROM outbox WHERE account = ?1 AND key = ?2
AND (?4 OR state IN ('pending', 'failed') OR (state = 'claimed' AND claimed_until <= ?3)) RETURNING id

-- name: outbox_drop
DELETE FROM outbox WHERE account = ?1

-- name: shown_rows
SELECT row FROM conversation

-- name: shown_messages
SELECT entry FROM message

-- name: shown_pictures
SELECT picture FROM person WHERE picture <> x''

-- name: outbox_state
SELECT state FROM outbox WHERE account = ?1 AND key = ?2

-- name: outbox_forget_numbers
UPDATE outbox SET conversation = 0, reply_to = 0 WHERE account = ?1

-- name: outbox_forget_sent
DELETE FROM outbox WHERE account = ?1 AND state = 'sent'

-- name: outbox_list
SELECT recipient, text, key, conversation, state, problem, files, reply_to FROM outbox WHERE account = ?1 AND state <> 'sent'
ORDER BY id
