"""Bytes to objects and back, checked in the same pass. Takes no socket, raises nothing but BadFrame on foreign bytes."""

from typing import Any, Final, TypeVar, get_args

import msgspec

from hubbub.schemas.events import AnyEntry, AnyEvent, Unknown
from hubbub.schemas.hello import Hello
from hubbub.schemas.limits import INTEGER_MAX
from hubbub.schemas.replies import Failure, Outcome, Reply, Synced
from hubbub.schemas.requests import AnyRequest

R = TypeVar("R", bound=Reply)

_encoder: Final = msgspec.msgpack.Encoder()
_requests: Final[msgspec.msgpack.Decoder[AnyRequest]] = msgspec.msgpack.Decoder(AnyRequest)
_events: Final[msgspec.msgpack.Decoder[AnyEvent]] = msgspec.msgpack.Decoder(AnyEvent)
_outcomes: Final = msgspec.msgpack.Decoder(Outcome)
_hellos: Final = msgspec.msgpack.Decoder(Hello)
_replies: Final[dict[type[Reply], msgspec.msgpack.Decoder[Reply]]] = {}

encode: Final = _encoder.encode
"""The bytes of any Struct of hubbub.schemas."""


class BadFrame(Exception):
    """Bytes from the wire that are not what they should be. `code` and the text go back to whoever sent them."""

    def __init__(self, request_id: int, code: str, message: str) -> None:
        super().__init__(message)
        self.request_id = request_id
        """The frame's id where it could be read, else 0."""
        self.code = code


class _Envelope(msgspec.Struct, gc=False):
    """What of a refused request can still be read: its id, and whether its mode is known."""

    id: int = 0
    mode: str = ""


_envelopes: Final = msgspec.msgpack.Decoder(_Envelope)
_MODES: Final = frozenset(str(kind.__struct_config__.tag) for kind in get_args(AnyRequest))


def decode_request(frame: bytes | memoryview) -> AnyRequest:
    """A request, within every limit of its mode. Raises BadFrame with the code to answer."""
    try:
        return _requests.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
        raise _refusal(frame, error) from None


def _refusal(frame: bytes | memoryview, error: Exception) -> BadFrame:
    try:
        envelope = _envelopes.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError):
        return BadFrame(0, "bad_request", "This is no request: one msgpack map with mode and id is expected.")
    request_id = envelope.id if 0 <= envelope.id <= INTEGER_MAX else 0
    if envelope.mode not in _MODES:
        return BadFrame(request_id, "unknown_mode", f"This server has no mode {envelope.mode[:32]!a}.")
    return BadFrame(request_id, "bad_request", f"{envelope.mode}: {error}")


def decode_outcome(frame: bytes | memoryview) -> Outcome:
    """Whose answer a reply is, and whether it is a failure. Raises BadFrame."""
    return _checked(_outcomes, frame)


def decode_reply(frame: bytes | memoryview, kind: type[R]) -> R:
    """The reply, of the type that its request has in REPLY_OF; entries of a newer protocol in SYNC are Unknown: who did not count them
    as seen would ask for them for ever. Raises BadFrame."""
    decoder = _replies.get(kind)
    if decoder is None:
        decoder = _replies[kind] = msgspec.msgpack.Decoder(kind)
    try:
        return _checked(decoder, frame)  # type: ignore[return-value]  # the decoder stored under a type decodes that type
    except BadFrame:
        if kind is Synced:
            return _newer(frame)  # type: ignore[return-value]  # it is one
        raise


class _Newer(Synced):
    """SYNC, of which only the entries may be strange."""

    entries: list[msgspec.Raw]  # type: ignore[assignment]  # decoded one by one


class _Place(msgspec.Struct, kw_only=True, gc=False):
    """What every entry has."""

    conversation: int
    seq: int
    position: int
    at: int
    sender: int
    sender_name: str


_newer_pages: Final = msgspec.msgpack.Decoder(_Newer)
_entries: Final[msgspec.msgpack.Decoder[AnyEntry]] = msgspec.msgpack.Decoder(AnyEntry)
_places: Final = msgspec.msgpack.Decoder(_Place)


def _newer(frame: bytes | memoryview) -> Synced:
    page = _checked(_newer_pages, frame)
    entries: list[Any] = [_entry(raw) for raw in page.entries]
    return Synced(
        id=page.id,
        epoch=page.epoch,
        conversation=page.conversation,
        after=page.after,
        entries=entries,
        head=page.head,
    )


def _entry(raw: msgspec.Raw) -> AnyEntry | Unknown:
    try:
        return _checked(_entries, memoryview(raw))
    except BadFrame:
        return Unknown(**msgspec.structs.asdict(_checked(_places, memoryview(raw))))


def decode_event(frame: bytes | memoryview) -> AnyEvent:
    """An event. Raises BadFrame, also for the events of a newer protocol: a client passes over those."""
    return _checked(_events, frame)


def decode_hello(frame: bytes) -> Hello:
    """What the hello listener said. Raises BadFrame."""
    return _checked(_hellos, frame)


D = TypeVar("D")


def _checked(decoder: msgspec.msgpack.Decoder[D], frame: bytes | memoryview) -> D:
    try:
        return decoder.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
        raise BadFrame(0, "bad_request", str(error)) from None


def failure(request_id: int, code: str, message: str, retry_after: float | None = None) -> bytes:
    """The bytes of a Failure."""
    return encode(Failure(id=request_id, error=code, message=message, retry_after=retry_after))
