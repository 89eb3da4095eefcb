"""Two honest users who write to one another all the time, and must get everything, whatever others do meanwhile."""

import threading
import time
from typing import Any

import zmq

from tests.helpers.brokers import PASSWORD
from tests.helpers.raw import Place, Raw, new_key, topic

OUTSTANDING = 4
FINISH_S = 30.0


class BusyFeed:
    """A thread with both of them. Use as a context manager; leaving it checks that both have it all."""

    def __init__(
        self, place: Place, *, names: tuple[str, str] = ("honest-a", "honest-b"), pause: float = 0.002
    ) -> None:
        self._context: zmq.Context[Any] = zmq.Context()
        self._pause = pause
        self.users = [Raw(place, self._context).login(name, PASSWORD, register=True) for name in names]
        self.conversation = self.users[0].start(names[1])
        for user in self.users:
            user.subscribe()
        self.sent: dict[bytes, str] = {}
        self.acknowledged: dict[bytes, dict[str, Any]] = {}
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="busy-feed")

    @property
    def topic(self) -> bytes:
        return topic(b"c", self.conversation)

    def __enter__(self) -> "BusyFeed":
        self._thread.start()
        return self

    def __exit__(self, kind: object, *exception: object) -> None:
        self._stop.set()
        self._thread.join()
        try:
            if kind is None:
                self.check()
        finally:
            for user in self.users:
                user.close()
            self._context.term()

    def _run(self) -> None:
        try:
            self._chat()
        except BaseException as error:  # noqa: BLE001  # told by check
            self.error = error

    def _chat(self) -> None:
        waiting: dict[tuple[int, int], bytes] = {}
        deadline = 0.0
        while waiting or not self._stop.is_set():
            deadline = deadline or (time.monotonic() + FINISH_S if self._stop.is_set() else 0.0)
            assert not deadline or time.monotonic() < deadline, f"{len(waiting)} messages had no answer"
            if len(waiting) < OUTSTANDING and not self._stop.is_set():
                for number, user in enumerate(self.users):
                    key = new_key()
                    self.sent[key] = f"{user.name} {len(self.sent)}"
                    text = self.sent[key]
                    waiting[
                        number, user.send("SEND_MESSAGE", conversation=self.conversation, key=key, text=text)
                    ] = key
            for number, user in enumerate(self.users):
                user.pump(self._pause)
                for request in list(user.answers):
                    self.acknowledged[waiting.pop((number, request))] = user.answers.pop(request)

    def goes_on(self, raw: Raw, more: int = 30) -> None:
        """Wait until so many messages more were acknowledged, while `raw` takes in whatever it gets."""
        target = len(self.acknowledged) + more
        raw.wait(lambda: len(self.acknowledged) >= target or self.error, what="the busy feed")

    def check(self) -> int:
        """Everything sent was acknowledged and came live to both: once each, in order, without a gap. How many."""
        if self.error is not None:
            raise self.error
        refused = [answer for answer in self.acknowledged.values() if "error" in answer]
        assert not refused, refused[:3]
        assert self.acknowledged.keys() == self.sent.keys()
        count = len(self.sent)
        for user in self.users:
            live = user.live
            user.wait(
                lambda live=live: len(live(self.conversation)) >= count, FINISH_S, f"{count} live messages"
            )
            came = user.live(self.conversation)
            assert [entry["seq"] for entry in came] == list(range(1, count + 1)), (
                f"{user.name} has a gap or a double"
            )
            assert {entry["key"]: entry["text"] for entry in came} == self.sent
            assert user.topics() <= user.entitled()
        log = self.users[0].entries(self.conversation)
        assert [entry["seq"] for entry in log] == list(range(1, count + 1))
        assert {entry["key"]: entry["seq"] for entry in log} == {
            key: answer["seq"] for key, answer in self.acknowledged.items()
        }
        return count
