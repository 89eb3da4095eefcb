"""Honest clients made by hand: they send the same key again, on a new socket if need be, until it is acknowledged."""

import threading
import time
from typing import Any

import zmq

from tests.helpers.brokers import PASSWORD
from tests.helpers.raw import Place, Raw, new_key

WINDOW = 8
PATIENCE_S = 0.5
FINISH_S = 60.0
TRANSIENT = {"busy", "shutting_down", "storage_full", "rate_limited"}


class Resenders:
    """A thread in which some users write to the first one's partner, at full speed, until `finish`."""

    def __init__(self, place: Place, name: str, count: int = 2) -> None:
        self._context: zmq.Context[Any] = zmq.Context()
        self.users = [
            Raw(place, self._context).login(f"{name}-{number}", PASSWORD, register=True)
            for number in range(count)
        ]
        partners = [*self.users[1:], self.users[0]]
        self.conversations = [
            user.start(partner.name) for user, partner in zip(self.users, partners, strict=True)
        ]
        self.sent: dict[bytes, tuple[int, str]] = {}
        self.acknowledged: dict[bytes, tuple[int, int]] = {}
        """Key -> (conversation, seq)."""
        self.resent = 0
        self.refusals: set[str] = set()
        self.error: BaseException | None = None
        self._waiting: list[dict[int, bytes]] = [{} for _ in self.users]
        self._heard = [time.monotonic() for _ in self.users]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="resenders")

    def start(self) -> "Resenders":
        self._thread.start()
        return self

    def finish(self) -> None:
        """Send nothing new, and return when all that was sent is acknowledged."""
        self._stop.set()
        self._thread.join()
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        for user in self.users:
            user.close()
        self._context.term()

    def check(self) -> int:
        """0 acknowledged lost, 0 doubled, seqs gapless, nothing that nobody sent; how many messages there are."""
        logged: dict[bytes, tuple[int, int]] = {}
        for number, conversation in enumerate(dict.fromkeys(self.conversations)):
            log = self.users[number].entries(conversation)
            assert [entry["seq"] for entry in log] == list(range(1, len(log) + 1))
            assert [entry["ordinal"] for entry in log] == list(range(1, len(log) + 1))
            for entry in log:
                assert entry["key"] not in logged, "doubled"
                logged[entry["key"]] = (conversation, entry["seq"])
                assert self.sent[entry["key"]] == (conversation, entry["text"])
        assert logged == self.acknowledged
        assert logged.keys() == self.sent.keys()
        return len(logged)

    def _run(self) -> None:
        try:
            self._chat()
        except BaseException as error:  # noqa: BLE001  # told by finish
            self.error = error

    def _chat(self) -> None:
        deadline = 0.0
        while any(self._waiting) or not self._stop.is_set():
            if self._stop.is_set():
                deadline = deadline or time.monotonic() + FINISH_S
                assert time.monotonic() < deadline, (
                    f"{sum(map(len, self._waiting))} messages were never acknowledged"
                )
            for number, user in enumerate(self.users):
                while len(self._waiting[number]) < WINDOW and not self._stop.is_set():
                    key = new_key()
                    self.sent[key] = (self.conversations[number], f"{user.name} {len(self.sent)}")
                    self._send(number, key)
                user.pump(0.005)
                self._take(number, user)
                if self._waiting[number] and time.monotonic() - self._heard[number] > PATIENCE_S:
                    self._again(number, user)

    def _send(self, number: int, key: bytes) -> None:
        conversation, text = self.sent[key]
        request = self.users[number].send("SEND_MESSAGE", conversation=conversation, key=key, text=text)
        self._waiting[number][request] = key

    def _take(self, number: int, user: Raw) -> None:
        for request in list(user.answers):
            answer = user.answers.pop(request)
            key = self._waiting[number].pop(request, None)
            if key is None:
                continue
            self._heard[number] = time.monotonic()
            if "error" not in answer:
                self.acknowledged[key] = (answer["conversation"], answer["seq"])
                continue
            self.refusals.add(answer["error"])
            assert answer["error"] in TRANSIENT, answer
            self._waiting[number][-request] = (
                key  # no answer will have this id: sent again when patience ends
            )

    def _again(self, number: int, user: Raw) -> None:
        keys = list(self._waiting[number].values())
        self._waiting[number] = {}
        self._heard[number] = time.monotonic()
        user.reconnect()
        for key in dict.fromkeys(keys):
            self._send(number, key)
            self.resent += 1
