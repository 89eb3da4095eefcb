"""The real core and store, with all that lies between a request and its answer in an order of chance: commits, bytes, results, ends of
the process. Whatever comes, each file that somebody has is there, whole, and none that nobody has."""

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from hubbub.broker import effects as fx
from hubbub.schemas import codec, records, requests
from hubbub.schemas.limits import UPLOAD_KEPT_S
from hubbub.store.blobs import Blobs
from hubbub.store.database import Database
from hubbub.store.disk import Disk
from hubbub.store.search import SearchIndex
from hubbub.store.sqlite import SqliteBackend
from hubbub.store.transfers import FileTransfers
from tests.helpers.pure import PureBroker, PureClient, attachment

GENERAL: Final = 1
CONTENTS: Final = (b"", b"1", b"22", b"333", b"4444")
HASHES: Final = tuple(sha256(data).digest() for data in CONTENTS)
QUEUE: Final = 6
"""Transfers that may wait."""

Result = tuple[fx.Pending | None, records.Result]


class Unsynced(Disk):
    """Only processes end here, no machines."""

    def sync(self, file: int) -> None:
        """Nothing."""

    def sync_folder(self, path: Path) -> None:
        """Nothing."""


class SlowBroker(PureBroker):
    """What would be done by another thread is done when `commit`, `move` and `hear` say so."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.writes: deque[fx.Store] = deque()
        self.transfers: deque[fx.Store] = deque()
        self.results: deque[Result] = deque()
        self.slow = False
        self._database = Database(None)
        self.store.close()
        self.store = SqliteBackend(self._database, SearchIndex(None), self.blobs())
        self.restart()

    def blobs(self) -> Blobs:
        return Blobs(self.folder, reserve=0, disk=Unsynced())

    def restart(self) -> None:
        """The process ends as it stands; another one comes."""
        for queue in (self.writes, self.transfers, self.results):
            queue.clear()
        self._files = FileTransfers(self._database, self.blobs())
        self._files.sweep()
        self.start()

    def transfer(self, command: records.Transfer) -> records.Result:
        return self._files.transfer(command)

    def _store(self, effect: fx.Store) -> None:
        if not self.slow:
            super()._store(effect)
        elif isinstance(effect.command, records.Write):
            self.writes.append(effect)
        elif isinstance(effect.command, records.Transfer) and len(self.transfers) < QUEUE:
            self.transfers.append(effect)
        else:
            self.run(self.core.untaken(effect))

    def commit(self, most: int = 9) -> None:
        batch = [self.writes.popleft() for _ in range(min(most, len(self.writes)))]
        results = self.store.write([effect.command for effect in batch])  # type: ignore[misc]
        self.results += [(effect.pending, result) for effect, result in zip(batch, results, strict=True)]

    def move(self) -> None:
        if self.transfers:
            effect = self.transfers.popleft()
            assert isinstance(effect.command, records.Transfer)
            self.results.append((effect.pending, self.transfer(effect.command)))

    def hear(self) -> None:
        if self.results:
            self.run(self.core.stored(*self.results.popleft(), self.now))

    def settle(self) -> None:
        """Until nothing is under way."""
        while self.writes or self.transfers or self.results:
            self.commit()
            self.move()
            self.hear()
            self.advance(0.3)

    def on_disk(self) -> tuple[set[bytes], dict[tuple[int, bytes], int]]:
        """Blobs; uploads with their sizes."""
        found = list(self.blobs().found())
        uploads = {key for one in found for key in one.uploads}
        sizes = {
            key: (self.folder / "uploads" / f"{key[0]}-{key[1].hex()}").stat().st_size for key in uploads
        }
        return {blob for one in found for blob in one.blobs}, sizes


class World:
    """Two users with two devices each, and a third user, who do what comes into their heads."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.broker = SlowBroker(folder)
        self.devices: list[PureClient] = []
        for number, name in enumerate(("alice", "bob", "alice", "bob", "carol")):
            client = PureClient(self.broker, name, number)
            self.devices.append(client.enter(register=number in (0, 1, 4)))
        self.group = self.devices[0].group("team", "bob")
        self.done: Counter[str] = Counter()
        self.keys = [self.devices[0].key() for _ in range(3)]
        self.broker.slow = True

    def ask(self, kind: type[requests.Request], device: PureClient | None = None, **fields: object) -> None:
        """Not waiting for the answer."""
        client = device or self.dice.choice(self.devices)
        if "key" in kind.__struct_fields__:
            fields.setdefault("key", self.dice.choice([*self.keys, *[client.key()] * 5]))
        request = kind(id=7, token=client.token, **fields)
        self.broker.run(self.broker.core.receive(client.peer, codec.encode(request), self.broker.now))

    def begin(self) -> None:
        data = self.dice.choice(CONTENTS)
        size = self.dice.choice([len(data)] * 6 + [0, 1, 9])
        self.ask(requests.BeginUpload, sha256=sha256(data).digest(), size=size)

    def chunk(self) -> None:
        data = self.dice.choice(CONTENTS)
        at = self.dice.randint(0, len(data))
        piece = data[at : at + self.dice.choice((1, 9))] if self.dice.random() < 0.97 else b"?"
        self.ask(requests.UploadChunk, sha256=sha256(data).digest(), offset=at, data=piece)

    def whole(self) -> None:
        """A device that knows what it wants, and asks it all at once."""
        device, data = self.dice.choice(self.devices), self.dice.choice(CONTENTS)
        digest = sha256(data).digest()
        self.ask(requests.BeginUpload, device, sha256=digest, size=len(data))
        self.broker.settle() if self.dice.random() < 0.2 else self.broker.commit()
        self.ask(requests.UploadChunk, device, sha256=digest, offset=0, data=data)
        if self.dice.random() < 0.5:
            self.ask(requests.BeginUpload, device, sha256=digest, size=len(data))

    def cancel(self) -> None:
        self.ask(requests.CancelUpload, sha256=self.dice.choice(HASHES))

    def place(self) -> int:
        return self.dice.choice((GENERAL, self.group))

    def send(self) -> None:
        files = [
            attachment(self.dice.choice(HASHES), thumbnail=self.dice.choice((b"", *HASHES)))
            for _ in range(self.dice.randint(1, 2))
        ]
        self.ask(requests.SendMessage, conversation=self.place(), text="", attachments=files)

    def forward(self) -> None:
        self.ask(requests.ForwardMessage, conversation=self.place(), source=self.place(), seq=self.seq())

    def seq(self) -> int:
        return self.dice.randint(3, 20)

    def delete(self) -> None:
        self.ask(requests.DeleteMessage, conversation=self.place(), seq=self.seq())

    def picture(self) -> None:
        self.ask(requests.SetProfile, picture=self.dice.choice((b"", *HASHES)))

    def sweep(self) -> None:
        self.broker.advance(self.dice.choice((0.3, 0.3, 3600, UPLOAD_KEPT_S)))

    def restart(self) -> None:
        self.broker.restart()

    def account(self) -> None:
        messages = self.dice.choice(("keep", "delete"))
        self.ask(requests.DeleteAccount, self.devices[4], password=b"password-of-carol", messages=messages)

    def steps(self) -> Iterator[Callable[[], None]]:
        broker = self.broker
        ways: tuple[tuple[Callable[[], None], float], ...] = (
            *((self.begin, 6), (self.chunk, 8), (self.whole, 8), (self.cancel, 3), (self.send, 10)),
            *((self.forward, 5), (self.delete, 6), (self.picture, 3), (self.sweep, 1), (self.restart, 0.5)),
            *(
                (self.account, 0.1),
                (broker.commit, 12),
                (broker.move, 25),
                (broker.hear, 40),
                (broker.settle, 3),
            ),
        )
        while True:
            yield self.dice.choices([way for way, _ in ways], [often for _, often in ways])[0]

    # ------------------------------------------------------------------------------------------------ what must hold

    def check(self) -> None:
        """Nothing is under way."""
        tables = self.broker.tables()
        half = {(user, digest): size for user, digest, size, complete, _ in tables["uploads"] if not complete}
        had = {row[0] for row in tables["holdings"]} | {row[1] for row in tables["uploads"]}
        blobs, uploads = self.broker.on_disk()
        assert blobs <= had, "nobody has it"
        for key, size in uploads.items():
            assert size <= half.get(key, -1), "it counts for nobody"
        self.done.update(held=len(tables["holdings"]), half=len(half))
        reader = self.broker.store.reader()
        verified = reader.read(records.Verify())
        assert isinstance(verified, records.VerifyRead)
        assert [text for text in verified.problems if "search" not in text] == []

    def take_all_away(self) -> None:
        """Each message by who said it, the pictures, and after a day what was uploaded."""
        self.broker.settle()
        for device in self.devices:
            self.ask(requests.SetProfile, device, picture=b"")
            for conversation in (GENERAL, self.group):
                for seq in range(1, 200):
                    self.ask(
                        requests.DeleteMessage, device, conversation=conversation, seq=seq, key=device.key()
                    )
                    self.broker.settle()
        self.broker.advance(UPLOAD_KEPT_S + 3600)
        self.broker.settle()


@pytest.mark.parametrize("seed", range(8))
def test_no_order_of_things_loses_a_file_or_leaves_one(tmp_path: Path, seed: int) -> None:
    world = World(tmp_path, seed)
    for number, step in enumerate(world.steps()):
        world.done[step.__name__] += 1
        step()
        if step == world.broker.settle:
            world.check()
        if number == 1500:
            break
    world.broker.settle()
    world.check()
    assert world.done["held"] > 50, "something came of it"
    if not world.done["account"]:
        world.take_all_away()
        assert world.broker.on_disk() == (set(), {})
        assert {row for row in world.broker.tables()["users"] if row[-2]} == set(), "nothing is counted"
