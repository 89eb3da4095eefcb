"""Fetching files: of messages, their thumbnails, and the pictures of users. Knows no socket."""

import asyncio
import os
from pathlib import Path

from hubbub.client import errors
from hubbub.client.calling import missing, person
from hubbub.client.files.attachments import Attachment
from hubbub.client.files.parts import Part
from hubbub.client.files.sources import checked_target
from hubbub.client.files.transfers import Meter, Tell
from hubbub.client.files.uploading import Uploading
from hubbub.schemas import limits, replies, requests

WhichFile = Attachment | tuple[str, int, int]
"""A file: itself, or its conversation, the message's seq and its place among the attachments, from 0."""


class Downloading(Uploading):
    """The part of Client that fetches files."""

    async def download(
        self, attachment: WhichFile, path: str | os.PathLike[str], *, progress: Tell | None = None
    ) -> Path:
        """Fetch a file of a message; where it is then. path: a file, which is replaced in one step once all is there and has the
        right SHA-256; or a folder, in which it gets its own, harmless name, with a number where that is taken.

        progress: called in the event loop with a Progress, at the beginning and after each chunk; an exception that it raises
        ends the download and comes out of here. Then, and when it is cancelled, nothing is left behind. After a lost link it
        goes on by itself; after an error, or the end of the program, the next call for the same path does, because what came is
        kept beside it in ".NAME.HASH.part". Raises NotFound (deleted, or not to be seen), WrongContent, FileProblem.
        """
        target = await asyncio.to_thread(checked_target, path)
        wanted = await self._attachment(attachment)
        meter = Meter(progress, wanted.name, wanted.size)
        part = Part(target, wanted.name, wanted.sha256, wanted.size)
        with self._transferring():
            try:
                return await self._fetch(wanted, part, meter)
            except BaseException as error:
                part.leave(keep=self._closing or _can_go_on(error, meter))
                raise

    async def _fetch(self, wanted: Attachment, part: Part, meter: Meter) -> Path:
        """Once anew where it is not the file; and in another store from where it is the same file."""
        offset, anew = await asyncio.to_thread(part.open), False
        while True:
            try:
                right = await self._fill(wanted, part, offset, meter)
            except errors.Restored:
                wanted, offset = await self._same(wanted), part.length
                continue
            if right:
                return await asyncio.to_thread(part.finish)
            if anew:
                raise errors.WrongContent(f"What comes as {wanted.name} has another SHA-256 than it should.")
            offset, anew = await asyncio.to_thread(part.anew), True

    async def _fill(self, wanted: Attachment, part: Part, offset: int, meter: Meter) -> bool:
        """False: what came is not the file."""
        while True:
            meter.at(offset)
            chunk = await self._chunk(wanted, offset)
            rest = wanted.size - offset
            if chunk.size != wanted.size or len(chunk.data) > rest or (rest and not chunk.data):
                return False
            if chunk.data:
                offset = await asyncio.to_thread(part.append, chunk.data)
            if offset == wanted.size:
                meter.at(offset)
                return part.right()

    async def _chunk(self, wanted: Attachment, offset: int, *, thumbnail: bool = False) -> replies.Chunk:
        conversation, seq = wanted.conversation_id, wanted.seq
        if not conversation:
            conversation, seq = await self._place((wanted.conversation, seq))
        request = requests.FetchChunk(
            id=0, conversation=conversation, seq=seq, index=wanted.index, offset=offset, thumbnail=thumbnail
        )
        with missing(_gone(wanted)):
            return await self._link.ask(request, replies.Chunk)

    async def _same(self, wanted: Attachment) -> Attachment:
        """The file in another store, where numbers mean something else. Raises NotFound."""
        with missing(_gone(wanted)):
            found = await self._attachment((wanted.conversation, wanted.seq, wanted.index))
        if found.sha256 != wanted.sha256:
            raise errors.NotFound(_gone(wanted))
        return found

    async def thumbnail(self, attachment: WhichFile) -> bytes | None:
        """A small picture of a file, as the file of a JPEG, PNG or WebP of 64 KiB at most; None: there is none. It was made by
        the sender: decode it with care. Raises NotFound."""
        wanted = await self._attachment(attachment)
        if not wanted.has_thumbnail:
            return None
        return _small(await self._chunk(wanted, 0, thumbnail=True))

    async def picture(self, user: str) -> bytes | None:
        """The picture of a user's profile, the same way; None: he has none. Raises NotFound."""
        name = person(user)
        try:
            return _small(await self._link.ask(requests.Picture(id=0, user=name), replies.Chunk))
        except errors.NotFound:
            with missing(f"There is no user {name}."):
                await self._link.ask(requests.Profile(id=0, user=name), replies.ProfileFound)
            return None

    async def _attachment(self, which: WhichFile) -> Attachment:
        if isinstance(which, Attachment):
            return which
        try:
            to, seq, index = which
        except (TypeError, ValueError):
            raise errors.BadRequest(
                "Which file? Give one of a message's attachments, or conversation, seq and index: ('bob', 17, 0)."
            ) from None
        message = await self._one((to, seq))
        if message.deleted_at is not None:
            raise errors.NotFound(f"Message {seq} of {to} was deleted.")
        if not 0 <= index < len(message.attachments):
            raise errors.NotFound(f"Message {seq} of {to} has {_counted(len(message.attachments))}.")
        return message.attachments[index]


def _small(chunk: replies.Chunk) -> bytes:
    """A picture of one chunk. Whoever shows it must not be handed more by a server that does not keep its rules."""
    if not len(chunk.data) == chunk.size <= limits.THUMBNAIL_MAX_BYTES:
        raise errors.WrongContent("The server's picture is not whole, or larger than a small picture can be.")
    return chunk.data


def _counted(attachments: int) -> str:
    last = attachments - 1
    return {0: "no attachments", 1: "one attachment, with index 0"}.get(
        attachments, f"{attachments} attachments, with the indexes 0 to {last}"
    )


def _gone(wanted: Attachment) -> str:
    where = f"message {wanted.seq} of {wanted.conversation}"
    return f"{wanted.name} is not to be had: {where} was deleted, or it can't be seen."


def _can_go_on(error: BaseException, meter: Meter) -> bool:
    """What came is worth keeping: the next call goes on from there."""
    worthless = isinstance(error, errors.NotFound | errors.WrongContent)
    return isinstance(error, errors.HubbubError) and not worthless and not meter.stopped
