"""The outbox: messages that are kept on the disk until the server has them. Knows no socket."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, TypeVar

from hubbub.client import errors
from hubbub.client.calling import missing
from hubbub.client.keys import message_key
from hubbub.client.models import Message, message_text, recipient
from hubbub.client.outbox import Outbox, Waiting
from hubbub.client.writing import Writing
from hubbub.schemas import replies, requests

T = TypeVar("T")

LEASE_S: Final = 30.0
"""A message of the outbox that is claimed for longer was claimed by a program that died."""


class Outgoing(Writing):
    """The part of Client that sends later."""

    _flushing: asyncio.Lock
    _background: set["asyncio.Task[object]"]

    async def queue(self, to: str, text: str) -> bytes:
        """Keep a message in the profile until the server has it, beyond the end of this program. Returns its key at once;
        it is sent when there is a link (without `live`: by flush). A group that is known by now gets it under whatever name it
        has then, and no other does. Raises ProfileError where there is no profile, BadRequest."""
        who, said, key = recipient(to), message_text(text), message_key()
        conversation = self._link.directory.find(who) or 0
        await self._outbox(lambda outbox: outbox.add(str(who), said, key, conversation))
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
                if isinstance(result, errors.HubbubError) and not isinstance(result, errors.Refused):
                    break
        return done

    async def waiting(self) -> list[Waiting]:
        """What the server does not have: waiting, being sent, or failed."""
        return await self._outbox(Outbox.list)

    async def _deliver(self, waiting: Waiting) -> Message | errors.HubbubError:
        key = waiting.key
        try:
            message = await self._send_waiting(waiting)
        except errors.Refused as error:
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
        request = requests.SendMessage(id=0, conversation=conversation, key=waiting.key, text=waiting.text)
        if not conversation:
            return self._sent(request, await self._ask_in(who, request, replies.Sent))
        with missing(f"You are not in {who} any more."):
            sent = await self._link.ask(request, replies.Sent)
        await self._name({conversation})
        return self._sent(request, sent)

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
