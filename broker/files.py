"""BEGIN_UPLOAD, UPLOAD_CHUNK, CANCEL_UPLOAD, FETCH_CHUNK, PICTURE. An upload is its user's and its hash's, whatever session the
next chunk comes by; nothing of it is remembered here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from hubbub.broker.answers import answering, done, refuse, refused
from hubbub.broker.effects import Context, Effects, Pending, Store
from hubbub.schemas import records, replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core

_UNITS: Final = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


def amount(size: int) -> str:
    """So many bytes, for a person. Rounded up: what is beyond a limit never reads like the limit."""
    for unit, of in _UNITS:
        if size >= of:
            tenths = -(-size * 10 // of)
            return f"{tenths // 10}.{tenths % 10} {unit}" if tenths % 10 else f"{tenths // 10} {unit}"
    return "1 byte" if size == 1 else f"{size} bytes"


def refused_room(core: Core, context: Context, result: records.Refused, wanted: str) -> Effects:
    """The store's refusal; where the user's files take too much room, with how much he has. `wanted`: what else it would take."""
    if result.code != "quota_exceeded":
        return refused(context, result)
    room = amount(core.policy.files.quota)
    text = f"You have {room} for files on this server, and less than {wanted} of it is left; delete messages with files first."
    return refuse(context, result.code, text)


# ------------------------------------------------------------------------------------------------------- up


def begin_upload(core: Core, context: Context, request: requests.BeginUpload) -> Effects:
    files = core.policy.files
    if not files.taken:
        return refuse(context, "too_large", "This server takes no files.")
    if request.size > files.largest:
        text = f"The file has {amount(request.size)}; this server takes {amount(files.largest)} at most."
        return refuse(context, "too_large", text)
    command = records.BeginUpload(context.user, request.sha256, request.size, context.now, files.quota)
    return [Store(command, Pending(context, partial(_begun, request=request)))]


def _begun(
    core: Core,
    context: Context,
    result: records.UploadBegun | records.Refused,
    *,
    request: requests.BeginUpload,
) -> Effects:
    if isinstance(result, records.Refused):
        return refused_room(core, context, result, amount(request.size))
    if result.complete:
        return [context.answer(replies.Upload(id=request.id, received=request.size, complete=True))]
    command = records.OpenUpload(context.user, request.sha256, request.size)
    return [Store(command, Pending(context, _opened))]


def _opened(core: Core, context: Context, result: records.UploadOpened | records.Refused) -> Effects:
    if isinstance(result, records.UploadOpened):
        reply = replies.Upload(id=context.request.id, received=result.received, complete=False)
        return [context.answer(reply)]
    if result.code == "not_found":  # since it was begun, a moment ago: what holds now is said next time
        return refuse(context, "busy", "Another device completed this upload, or dropped it; try again.", 0.1)
    return refused(context, result)


def upload_chunk(core: Core, context: Context, request: requests.UploadChunk) -> Effects:
    command = records.WriteChunk(context.user, request.sha256, request.offset, request.data)
    return [Store(command, Pending(context, partial(_written, sha256=request.sha256)))]


def _written(
    core: Core, context: Context, result: records.ChunkWritten | records.Refused, *, sha256: bytes
) -> Effects:
    if isinstance(result, records.Refused):
        return refused(context, result)
    reply = replies.Upload(id=context.request.id, received=result.received, complete=result.whole)
    if not result.whole:
        return [context.answer(reply)]
    command = records.CompleteUpload(context.user, sha256, context.now, result.received)
    return [Store(command, Pending(context, partial(_completed, sha256=sha256, reply=reply)))]


def _completed(
    core: Core,
    context: Context,
    result: records.UploadCompleted | records.Refused,
    *,
    sha256: bytes,
    reply: replies.Upload,
) -> Effects:
    """Refused not_found: it was dropped while its last bytes were written, and they may be nobody's. Whatever else stopped it,
    the upload is still begun, and keeps them. Another device may have begun it anew between its last byte and this commit: what came
    of that counts for nobody."""
    if not isinstance(result, records.Refused):
        return [context.answer(reply), Store(records.Drop(uploads=[(context.user, sha256)]), None)]
    out = refused(context, result)
    return [*out, Store(records.Drop(blobs=[sha256]), None)] if result.code == "not_found" else out


def cancel_upload(core: Core, context: Context, request: requests.CancelUpload) -> Effects:
    return [Store(records.CancelUpload(context.user, request.sha256), Pending(context, done))]


# ----------------------------------------------------------------------------------------------------- down


def fetch_chunk(core: Core, context: Context, request: requests.FetchChunk) -> Effects:
    command = records.ReadChunk(
        user=context.user,
        conversation=request.conversation,
        seq=request.seq,
        index=request.index,
        offset=request.offset,
        thumbnail=request.thumbnail,
    )
    return [Store(command, Pending(context, _chunk))]


def picture(core: Core, context: Context, request: requests.Picture) -> Effects:
    return [Store(records.ReadPicture(request.user), Pending(context, _chunk))]


@answering
def _chunk(core: Core, context: Context, result: records.ChunkRead) -> replies.Chunk:
    return replies.Chunk(id=context.request.id, data=result.data, size=result.size)
