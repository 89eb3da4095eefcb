"""The outbox: messages that are kept on the disk until the server has them. Knows no socket."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

from hubbub.client import errors
from hubbub.client.attachments import Progress
from hubbub.client.calling import missing
from hubbub.client.keys import message_key
from hubbub.client.models import Message, message_text, recipient
from hubbub.client.outbox import Outbox, Waiting
from hubbub.client.sources import checked_paths, examine
from hubbub.client.transfers import Tell
from hubbub.client.writing import Writing
from hubbub.schemas import replies, requests
from hubbub.schemas.events import NO_TEXT

T = TypeVar("T")

_FOR_GOOD: Final = (errors.Refused, errors.FileProblem)
"""Errors that no other try would spare."""
LEASE_S: Final = 30.0
"""A message of the outbox that is claimed for longer was claimed by a program that died."""


class Outgoing(Writing):
    """The part of Client that sends later."""

    _flushing: asyncio.Lock
    _background: set["asyncio.Task[object]"]

    async def queue(
        self,
        to: str,
        text: str = "",
        *,
        attachments: Iterable[str | os.PathLike[str]] = (),
        keep_location: bool = False,
    ) -> bytes:
        """Keep a message in the profile until the server has it, beyond the end of this program. Returns its key at once;
        it is sent when there is a link (without `live`: by flush). A group that is known by now gets it under whatever name it
        has then, and no other does. Raises ProfileError where there is no profile, BadRequest.

        attachments: paths, as of send. The files are read only when the message is sent: one that is not there any more, or can't
        be read, fails it. Raises FileProblem where that is so now."""
        who, paths, key = recipient(to), checked_paths(attachments), message_key()
        said = message_text(text, alone=not paths)
        for path in paths:
            await asyncio.to_thread(examine, path)
        conversation = self._link.directory.find(who) or 0
        await self._outbox(lambda outbox: outbox.add(str(who), said, key, conversation, paths, keep_location))
        if self._live:
            self._flush_soon()
        return key

    async def flush(self) -> list[tuple[Waiting, Message | errors.HubbubError]]:
        """Send what waits in the outbox, oldest first; what became of each. What could not be sent now keeps waiting."""
        done: list[tuple[Waiting, Message | errors.HubbubError]] = []
        async with self._flushing:
            while (
                waiting := await self._outbox(lambda outbox: outbox.claim(time.time(), LEASE_S))
            ) is not None:
                result = await self._deliver(waiting)
                done.append((waiting, result))
                if isinstance(result, errors.HubbubError) and not isinstance(result, _FOR_GOOD):
                    break
        return done

    async def waiting(self) -> list[Waiting]:
        """What the server does not have: waiting, being sent, or failed."""
        return await self._outbox(Outbox.list)

    async def _deliver(self, waiting: Waiting) -> Message | errors.HubbubError:
        key = waiting.key
        try:
            message = await self._send_waiting(waiting)
        except _FOR_GOOD as error:
            text = str(error)
            await self._outbox(lambda outbox: outbox.failed(key, text))
            return error
        except errors.HubbubError as error:
            await self._outbox(lambda outbox: outbox.release(key))
            return error
        except asyncio.CancelledError:
            if self._disk is not None:
                self._disk.keep(lambda account: account.outbox.release(key))
            raise
        await self._outbox(lambda outbox: outbox.sent(key))
        return message

    async def _send_waiting(self, waiting: Waiting) -> Message:
        who, conversation = recipient(waiting.recipient), waiting.conversation
        text = waiting.text or NO_TEXT
        request = requests.SendMessage(id=0, conversation=conversation, key=waiting.key, text=text)

        async def post() -> replies.Sent:
            if not conversation:
                return await self._ask_in(who, request, replies.Sent)
            with missing(f"You are not in {who} any more."):
                sent = await self._link.ask(request, replies.Sent)
            await self._name({conversation})
            return sent

        paths = [Path(path) for path in waiting.attachments]
        if paths and not conversation:
            await self._conversation(who)
        return await self._posted(request, post, paths, waiting.keep_location, self._renewing(waiting.key))

    def _renewing(self, key: bytes) -> Tell:
        """Whoever is told of the transfer's progress: it takes longer than a claim lasts."""
        renewed = time.monotonic()

        def renew(_: Progress) -> None:
            nonlocal renewed
            if (now := time.monotonic()) - renewed > LEASE_S / 3 and self._disk is not None:
                renewed, until = now, time.time() + LEASE_S
                self._disk.keep(lambda account: account.outbox.renew(key, until))

        return renew

    async def _outbox(self, job: Callable[[Outbox], T]) -> T:
        if self._disk is None or (account := self._disk.account) is None:
            raise errors.ProfileError("An outbox needs a profile on the disk.")
        return await self._disk.do(lambda: job(account.outbox))

    def _flush_soon(self) -> None:
        if self._disk is not None and self._disk.account is not None:
            task: asyncio.Task[object] = asyncio.create_task(self.flush())
            self._background.add(task)
            task.add_done_callback(self._flushed)

    def _flushed(self, task: "asyncio.Task[object]") -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            asyncio.get_running_loop().call_exception_handler(
                {"message": "the outbox could not be sent", "exception": error}
            )
