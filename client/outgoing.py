"""The outbox: messages that are kept on the disk until the server has them. Knows no socket."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

from msgspec.structs import replace

from hubbub.client import errors, events
from hubbub.client.calling import missing
from hubbub.client.files.attachments import Progress
from hubbub.client.files.sources import checked_paths, examine
from hubbub.client.files.transfers import Tell
from hubbub.client.keys import message_key
from hubbub.client.models import Message, Recipient, answered, message_text, recipient
from hubbub.client.outbox import BEING_SENT, Outbox, Waiting
from hubbub.client.writing import Writing
from hubbub.schemas import replies, requests
from hubbub.schemas.events import NO_TEXT

T = TypeVar("T")

_FOR_GOOD: Final = (errors.Refused, errors.FileProblem)
"""Errors that no other try would spare."""
LEASE_S: Final = 30.0
"""A message of the outbox that is claimed for longer was claimed by a program that died."""
AGAIN_S: Final = 10.0
"""What waits although there is a link (the server's disk is full, another program had it and died) is looked at again so soon."""
PROGRESS_EVERY_S: Final = 0.1
"""How far a file is told at most this often."""
_BEING_SENT: Final = (
    "It is on its way to the server and can't be taken back: delete the message once it is there."
)
_NOT_WAITING: Final = "No such message waits to be sent."


class UnderWay:
    """The message that this client is sending just now."""

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self.task: asyncio.Task[Message] | None = None
        self.asked = False
        """Its text may be with the server."""
        self.discarded = False


class Outgoing(Writing):
    """The part of Client that sends later."""

    _flushing: asyncio.Lock
    _background: set["asyncio.Task[object]"]
    _under_way: UnderWay | None = None
    _again: asyncio.TimerHandle | None = None

    async def queue(
        self,
        to: str,
        text: str = "",
        *,
        reply_to: Message | int | None = None,
        attachments: Iterable[str | os.PathLike[str]] = (),
        keep_location: bool = False,
    ) -> bytes:
        """Keep a message in the profile until the server has it, beyond the end of this program. Returns its key at once;
        it is sent when there is a link (without `live`: by flush). A group that is known by now gets it under whatever name it
        has then, and no other does. What becomes of it: events SendProgress, SendDelayed, SendDone, SendFailed. Raises ProfileError
        where there is no profile, NoServer where the server was never met, BadRequest.

        reply_to: the message of this conversation that it answers, or its seq; when a restored store is met before it is sent, it
        goes without. attachments: paths, as of send. The files are read only when the message is sent: one that is not there any
        more, or can't be read, fails it. Raises FileProblem where that is so now."""
        who, paths, key = recipient(to), checked_paths(attachments), message_key()
        said = message_text(text, alone=not paths)
        for path in paths:
            await asyncio.to_thread(examine, path)
        conversation = await self._number(who)
        seq, conversation = answered(who, conversation, reply_to)
        await self._outbox(
            lambda outbox: outbox.add(str(who), said, key, conversation, paths, keep_location, seq)
        )
        if self._live:
            self._flush_soon()
        return key

    async def flush(self) -> list[tuple[Waiting, Message | errors.HubbubError]]:
        """Send what waits in the outbox, oldest first; what became of each. What could not be sent now keeps waiting."""
        done: list[tuple[Waiting, Message | errors.HubbubError]] = []
        async with self._flushing:
            while self._link.connected and (waiting := await self._claim()) is not None:
                result = await self._deliver(waiting)
                if result is None:
                    continue
                done.append((waiting, result))
                if isinstance(result, errors.HubbubError) and not isinstance(result, _FOR_GOOD):
                    break
        return done

    async def waiting(self) -> list[Waiting]:
        """What the server does not have: waiting, being sent, or failed, oldest first. A group bears the name that it has now."""

        def called(outbox: Outbox) -> list[Waiting]:
            known = self._disk.remembered if self._disk is not None else None
            return [known.called(one) if known is not None else one for one in outbox.list()]

        return [self._called(one) for one in await self._outbox(called)]

    async def retry(self, key: bytes) -> None:
        """Send a message of the outbox that failed once more, in its old place. Raises NotFound."""
        await self._outbox(lambda outbox: outbox.retry(key))
        if self._live:
            self._flush_soon()

    async def discard(self, key: bytes) -> None:
        """Drop a message of the outbox that waits or has failed; an upload of its files is cancelled. Raises NotFound, NotAllowed
        (its text may be with the server already, or another program is sending it: it can't be taken back)."""
        mine = self._under_way if self._under_way and self._under_way.waiting.key == key else None
        if mine is not None and mine.task is not None:
            if mine.asked:
                raise errors.NotAllowed(BEING_SENT)
            mine.discarded = True
            mine.task.cancel()
            await asyncio.wait([mine.task])
        await self._outbox(lambda outbox: outbox.discard(key, time.time(), mine=mine is not None))

    # ------------------------------------------------------------------------------------------------------ one message

    async def _claim(self) -> Waiting | None:
        return await self._outbox(lambda outbox: outbox.claim(time.time(), LEASE_S))

    async def _deliver(self, waiting: Waiting) -> Message | errors.HubbubError | None:
        """What became of it; None: it was discarded meanwhile."""
        key, under_way = waiting.key, UnderWay(waiting)
        under_way.task = asyncio.create_task(self._send_waiting(under_way))
        self._under_way = under_way
        try:
            message = await under_way.task
        except _FOR_GOOD as error:
            await self._give_up(waiting, str(error))
            return error
        except errors.HubbubError as error:
            await self._put_off(waiting, error)
            return error
        except asyncio.CancelledError:
            if under_way.discarded and not _is_cancelled():
                return None
            if self._disk is not None:
                self._disk.keep(lambda account: account.outbox.release(key))
            raise
        finally:
            self._under_way = None
        await self._outbox(lambda outbox: outbox.sent(key))
        self._tell(events.SendDone(key=key, conversation=message.conversation, message=message))
        return message

    async def _give_up(self, waiting: Waiting, problem: str) -> None:
        """It can never be sent as it is."""
        await self._outbox(lambda outbox: outbox.failed(waiting.key, problem))
        where = self._called(waiting).recipient
        self._tell(events.SendFailed(key=waiting.key, conversation=where, problem=problem))

    async def _put_off(self, waiting: Waiting, error: errors.HubbubError) -> None:
        """It can't be sent now."""
        await self._outbox(lambda outbox: outbox.release(waiting.key))
        if not isinstance(error, errors.NoServer | errors.Closed):  # of which other events tell
            where = self._called(waiting).recipient
            self._tell(events.SendDelayed(key=waiting.key, conversation=where, problem=str(error)))

    async def _send_waiting(self, under_way: UnderWay) -> Message:
        waiting = under_way.waiting
        who, conversation = recipient(waiting.recipient), waiting.conversation
        request = requests.SendMessage(
            id=0,
            conversation=conversation,
            key=waiting.key,
            text=waiting.text or NO_TEXT,
            reply_to=waiting.reply_to or 0,
        )

        async def post() -> replies.Sent:
            under_way.asked = True
            try:
                return await self._post_waiting(who, request)
            except errors.Refused:
                under_way.asked = False
                raise

        paths = [Path(path) for path in waiting.attachments]
        if paths and not conversation:
            await self._conversation(who)
        return await self._posted(request, post, paths, waiting.keep_location, self._watching(waiting))

    async def _post_waiting(self, who: Recipient, request: requests.SendMessage) -> replies.Sent:
        seq, conversation = request.reply_to, request.conversation
        absent = f"There is no message {seq} in {who} to answer." if seq else ""
        if not conversation:
            return await self._ask_in(who, request, replies.Sent, again=not seq, absent=absent)
        with missing(absent or f"You are not in {who} any more."):
            sent = await self._link.ask(request, replies.Sent)
        await self._name({conversation})
        return sent

    def _watching(self, waiting: Waiting) -> Tell:
        """Whoever is told of the transfer's progress: it takes longer than a claim lasts, and somebody may look on."""
        key, where = waiting.key, self._called(waiting).recipient
        renewed, told = time.monotonic(), 0.0

        def watch(now_at: Progress) -> None:
            nonlocal renewed, told
            now = time.monotonic()
            if now - renewed > LEASE_S / 3 and self._disk is not None:
                renewed, until = now, time.time() + LEASE_S
                self._disk.keep(lambda account: account.outbox.renew(key, until))
            if now - told >= PROGRESS_EVERY_S or now_at.done in (0, now_at.size):
                told = now
                self._tell(
                    events.SendProgress(
                        key=key, conversation=where, name=now_at.name, done=now_at.done, size=now_at.size
                    )
                )

        return watch

    # ---------------------------------------------------------------------------------------------------------- around

    async def _number(self, who: Recipient) -> int:
        """The conversation that this means now, or meant when the server was last reached; 0: not known."""
        if (found := self._link.directory.find(who)) is None and (disk := self._disk) is not None:
            found = await disk.do(lambda: disk.remembered.find(who))
        return found or 0

    def _called(self, waiting: Waiting) -> Waiting:
        """Under the name that its conversation has now."""
        if waiting.conversation not in self._link.directory:
            return waiting
        return replace(waiting, recipient=self._link.directory.name(waiting.conversation))

    def _tell(self, event: events.Event) -> None:
        if self._live:
            self._link.tell(event)

    async def _outbox(self, job: Callable[[Outbox], T]) -> T:
        if self._disk is None:
            raise errors.ProfileError("An outbox needs a profile on the disk.")
        if (account := self._disk.account) is None:
            raise errors.NoServer("The server was never met: nothing can be kept for it yet.")
        return await self._disk.do(lambda: job(account.outbox))

    def _flush_soon(self) -> None:
        if self._disk is not None and self._disk.account is not None and self._link.connected:
            task: asyncio.Task[object] = asyncio.create_task(self._flush_and_look())
            self._background.add(task)
            task.add_done_callback(self._flushed)

    async def _flush_and_look(self) -> None:
        await self.flush()
        if any(one.state != "failed" for one in await self.waiting()):
            if self._again is not None:
                self._again.cancel()
            self._again = asyncio.get_running_loop().call_later(AGAIN_S, self._flush_soon)

    def _flushed(self, task: "asyncio.Task[object]") -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            asyncio.get_running_loop().call_exception_handler(
                {"message": "the outbox could not be sent", "exception": error}
            )


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
