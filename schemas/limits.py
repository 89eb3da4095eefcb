"""Every number that both sides of the wire must agree on. docs/protocol.md repeats them; a test compares the two."""

from typing import Final

PROTOCOL_VERSION: Final = 1

DEFAULT_PORT: Final = 2000
DEFAULT_PUBLISH_PORT: Final = 2001
HELLO_PORT_OFFSET: Final = 2
"""The hello listener is on request port + 2."""
HELLO_MAX_BYTES: Final = 4096
"""A client stops reading a hello here: whoever sends more is no Hubbub server."""

NAME_MAX_CHARACTERS: Final = 32
PASSWORD_MIN_BYTES: Final = 8
PASSWORD_MAX_BYTES: Final = 1024
TEXT_MAX_BYTES: Final = 16 * 1024
DEVICE_NAME_MAX_CHARACTERS: Final = 64
SERVER_NAME_MAX_CHARACTERS: Final = 64
QUERY_MAX_CHARACTERS: Final = 256
"""Of a search, and of the filter of GET_USERS."""

TOPIC_MAX_CHARACTERS: Final = 256
"""Of what a group says of itself."""
DISPLAY_NAME_MAX_CHARACTERS: Final = 64
STATUS_TEXT_MAX_CHARACTERS: Final = 128
EMOJI_MAX_CHARACTERS: Final = 32
"""Of a reaction: a flag or a family is one emoji of many code points."""
REACTIONS_MAX: Final = 20
"""Different emoji on one message."""
REACTORS_SHOWN: Final = 10
"""Users that a message names for each of its emoji, those who came first; their number is exact."""
MENTIONS_MAX: Final = 50
"""Of one message; later ones are but text."""
PINS_MAX: Final = 100
"""Pinned messages of one conversation."""
MEMBERS_AT_ONCE_MAX: Final = 200
"""Members that CREATE_GROUP can name; more are added one by one."""
GROUPS_MAX: Final = 2000
"""Groups that one user can be in: their topics are put on each of his feeds, and a PING looks through them."""
EDITS_MAX: Final = 1000
"""Edits of one message: its deletion takes all their texts at once."""
SESSIONS_MAX: Final = 200
"""Of one user; one more ends the oldest."""
BLOCKS_MAX: Final = 200
"""Users that one user can block: HOME names them all."""

CHUNK_BYTES: Final = 64 * 1024
"""Of a file: what one UPLOAD_CHUNK or FETCH_CHUNK carries at most."""
ATTACHMENTS_MAX: Final = 10
"""Files of one message."""
FILE_NAME_MAX_CHARACTERS: Final = 4096
"""Of a file's name as it may be sent; hubbub.schemas.names makes it harmless, and this short:"""
FILE_NAME_MAX_BYTES: Final = 200
"""Of UTF-8, as it is kept: with a number behind it, it still is a name on every file system."""
FILE_TYPE_MAX_CHARACTERS: Final = 127
FILE_SIDE_MAX: Final = 65_535
"""Width and height of a picture, in pixels."""
THUMBNAIL_MAX_BYTES: Final = CHUNK_BYTES
"""Of a thumbnail and of a profile's picture: one chunk."""
UPLOADS_MAX: Final = 64
"""Files that one user can have begun to upload, and not posted."""
UPLOAD_KEPT_S: Final = 24 * 3600
"""What was uploaded, or half uploaded, and is in no message by then is dropped."""

INTEGER_MAX: Final = 2**53 - 1
"""Of ids, seqs, positions and times, so that every language can hold one."""

KEY_BYTES: Final = 16
"""A message key: a UUIDv7, made by the sender."""
TOKEN_BYTES: Final = 32
HASH_BYTES: Final = 32
"""SHA-256, by which files are known."""
CURVE_KEY_BYTES: Final = 32
EPOCH_BYTES: Final = 16

REQUEST_MAX_BYTES: Final = 256 * 1024
REPLY_MAX_BYTES: Final = 128 * 1024
PAGE_MAX_BYTES: Final = 96 * 1024
"""A page of history stops before its texts grow beyond this, so that the whole reply keeps within REPLY_MAX_BYTES."""
PREVIEW_MAX_CHARACTERS: Final = 256
"""Of the last message in a conversation as HOME shows it."""
PAGE_MAX_ENTRIES: Final = 200
PAGE_DEFAULT_ENTRIES: Final = 50
CHANGED_MAX: Final = 4096
"""A PING answer that would name more conversations says reset instead."""
REQUESTS_OUTSTANDING_MAX: Final = 32
"""A session's requests without an answer; one more is answered with busy."""
SUBSCRIPTION_MAX_BYTES: Final = 512
"""Of any frame on the publish socket. CURVE's own handshake frames need about 300 (64 to 256 break them: tried)."""

TYPING_INTERVAL_S: Final = 3.0
"""At most one typing event in this time, for each user and conversation."""
TYPING_FADES_S: Final = 6.0
"""Who was not heard to type for this long does not type any more."""
RECEIPTS_INTERVAL_S: Final = 1.0
"""At most one event about what was read in this time, for each conversation."""

PING_INTERVAL_S: Final = 15.0
PRESENCE_LEASE_S: Final = 45.0
"""A session that said ONLINE counts as present for this long after its last PING."""
PRESENCE_GRACE_S: Final = 5.0
"""A lost feed ends presence only after this, so that a reconnect does not flicker."""
CONFIRMATION_TIMEOUT_S: Final = 2.0
"""A client that waits longer for the confirmation of its subscription makes a new feed socket (libzmq never retries a refused handshake)."""
