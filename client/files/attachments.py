"""Files of messages as callers see them. Pure."""

from msgspec import Struct

from hubbub.schemas import events as wire
from hubbub.schemas.names import file_name


class Attachment(Struct, frozen=True, kw_only=True):
    """A file of a message: what Client.download takes."""

    name: str
    """As its sender calls it, made harmless: no path, on one line, in one direction."""
    type: str
    """A media type, as its sender says; nobody checked."""
    size: int
    """Bytes."""
    sha256: bytes
    width: int = 0
    """Pixels; 0: not known, or no picture."""
    height: int = 0
    has_thumbnail: bool = False
    conversation: str
    """Where the message is, "@bob" or "#team"."""
    conversation_id: int = 0
    """As of Message."""
    seq: int
    """The message's."""
    index: int
    """Which of its attachments, from 0."""


class Progress(Struct, frozen=True, kw_only=True):
    """How far the transfer of a file is."""

    name: str
    done: int
    """Bytes that are there by now; those of an earlier try count. Less than before where something had to begin anew."""
    size: int
    """Bytes of the whole file."""


def attachment_of(row: wire.Attachment, entry: wire.Message, conversation: str, index: int) -> Attachment:
    """A file of a message of this conversation, as callers see it."""
    return Attachment(
        name=file_name(row.name),
        type=row.type,
        size=row.size,
        sha256=row.sha256,
        width=row.width,
        height=row.height,
        has_thumbnail=bool(row.thumbnail),
        conversation=conversation,
        conversation_id=entry.conversation,
        seq=entry.seq,
        index=index,
    )
