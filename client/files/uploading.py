"""Sending files: each is begun, brought to the server chunk by chunk, and named in the request that wants it. Knows no socket."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from hubbub.client import errors
from hubbub.client.calling import Calling
from hubbub.client.files.sources import FileChanged, Picked, Source
from hubbub.client.files.transfers import Meter, Tell, Upload, is_over
from hubbub.schemas import replies, requests

T = TypeVar("T")


class Batch:
    """The files of one request."""

    def __init__(self, tell: Tell | None) -> None:
        self._tell = tell
        self.sources: dict[bytes, Source] = {}
        """By their hashes, in the order in which they are brought."""
        self.uploads: dict[bytes, Upload] = {}
        self.meters: list[tuple[bytes, Meter]] = []
        """For each file its hash and who is told; nobody is told of thumbnails."""
        self.ours: set[bytes] = set()
        """What the server would not have without this batch."""
        self.asked = False
        """The request that wants them may be under way: they are not to be dropped."""

    def take(self, picked: list[Picked]) -> None:
        """Bring these, from the beginning or from where the server is."""
        files = [one.file for one in picked]
        thumbnails = [one.thumbnail for one in picked if one.thumbnail is not None]
        self.sources = {source.sha256: source for source in (*files, *thumbnails)}
        self.uploads = {sha256: Upload(source.size) for sha256, source in self.sources.items()}
        self.meters = [(file.sha256, Meter(self._tell, file.name, file.size)) for file in files]

    def is_over(self, error: BaseException) -> bool:
        """Nobody goes on with it after this error."""
        stopped = any(meter.stopped for _, meter in self.meters)
        return not self.asked and is_over(error, stopped=stopped)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Within, the request that wants the files is under way; a refusal says that it is not any more."""
        self.asked = True
        try:
            yield
        except errors.Refused:
            self.asked = False
            raise


class Uploading(Calling):
    """The part of Client that sends files."""

    _closing: bool
    """Who is cancelled now did not mean to give up his transfer: the client ends, and the next one goes on."""
    _transfers: set["asyncio.Task[object]"]
    _farewells: set["asyncio.Task[object]"]
    """Uploads that are being dropped."""

    async def _with_files(
        self,
        pick: Callable[[], list[Picked]],
        progress: Tell | None,
        post: Callable[[list[Picked]], Awaitable[T]],
    ) -> tuple[T, set[bytes]]:
        """What `post` returns, which is called when the server has the files; and the hashes of those that it had not before.
        `pick` blocks. Raises FileProblem, TooLarge, QuotaExceeded, TooMany, StorageFull, and what `post` raises."""
        batch = Batch(progress)
        with self._transferring():
            try:
                return await self._bring_and_post(batch, pick, post), batch.ours
            except BaseException as error:
                if not self._closing and batch.is_over(error):
                    self._drop(batch.ours)
                raise

    async def _bring_and_post(
        self, batch: Batch, pick: Callable[[], list[Picked]], post: Callable[[list[Picked]], Awaitable[T]]
    ) -> T:
        """Once more where a file changed under way; and once more where the server has one no longer: it was swept, or the last
        message that held it was deleted just now."""
        changed = gone = False
        picked = await asyncio.to_thread(pick)
        while True:
            batch.take(picked)
            try:
                await self._bring(batch)
            except FileChanged:
                if changed:
                    raise
                changed, picked = True, await asyncio.to_thread(pick)
                continue
            try:
                with batch.asking():
                    return await post(picked)
            except errors.NotFound:
                if gone:
                    raise
                gone = True

    async def _bring(self, batch: Batch) -> None:
        """All are begun before a byte of any is sent, so that what there is no room for is known first."""
        for sha256 in batch.sources:
            await self._begin(batch, sha256)
        for sha256, meter in batch.meters:
            await self._upload(batch, sha256, meter)
        silent = Meter(None, "", 0)
        for sha256 in batch.sources:
            await self._upload(batch, sha256, silent)

    async def _begin(self, batch: Batch, sha256: bytes) -> None:
        source, known = batch.sources[sha256], sha256 in batch.ours
        request = requests.BeginUpload(id=0, sha256=sha256, size=source.size)
        batch.ours.add(sha256)
        try:
            reply = await self._link.ask(request, replies.Upload)
        except (errors.TooLarge, errors.QuotaExceeded) as error:
            batch.ours.discard(sha256)
            raise type(error)(f"{source.name} was not sent. {error}") from None
        if reply.complete and not known:
            batch.ours.discard(sha256)
        batch.uploads[sha256].on_begun(reply)

    async def _upload(self, batch: Batch, sha256: bytes, meter: Meter) -> None:
        upload = batch.uploads[sha256]
        meter.at(upload.received)
        while not upload.complete:
            if upload.begun:
                await self._send_chunk(batch.sources[sha256], upload)
            else:
                await self._begin(batch, sha256)
            meter.at(upload.received)

    async def _send_chunk(self, source: Source, upload: Upload) -> None:
        offset = upload.received
        data = await asyncio.to_thread(source.chunk, offset)
        request = requests.UploadChunk(id=0, sha256=source.sha256, offset=offset, data=data)
        try:
            upload.on_written(await self._link.ask(request, replies.Upload))
        except (errors.NotFound, errors.BadRequest) as error:
            upload.on_refused(error)
        except errors.WrongContent as error:
            await asyncio.to_thread(source.check)
            upload.on_refused(error)

    # -------------------------------------------------------------------------------------------------------- ends

    @contextmanager
    def _transferring(self) -> Iterator[None]:
        """Closing the client waits shortly for a transfer within that is being cancelled."""
        task = asyncio.current_task()
        if task is None or task in self._transfers:
            yield
            return
        self._transfers.add(task)
        try:
            yield
        finally:
            self._transfers.discard(task)

    def _drop(self, hashes: Iterable[bytes]) -> None:
        """Have the server forget uploads that nobody wants any more, soon. What does not get through is swept after a day."""
        for sha256 in hashes:
            task: asyncio.Task[object] = asyncio.create_task(self._cancel_upload(sha256))
            self._farewells.add(task)
            task.add_done_callback(self._farewells.discard)

    async def _cancel_upload(self, sha256: bytes) -> None:
        with suppress(errors.HubbubError):
            await self._link.ask(requests.CancelUpload(id=0, sha256=sha256), replies.Done)
