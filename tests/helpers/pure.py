"""A broker without sockets, threads or time: the real core and a real store, with effects run at once.

For tests of the rules, and for the state machine that joins it to client sessions by a lossy link.
"""

import contextlib
import sqlite3
import weakref
from collections import deque
from hashlib import sha256
from typing import Any

import msgspec

from hubbub.broker import effects as fx
from hubbub.broker.core import Core, Grant, Identity
from hubbub.broker.policy import Limits, Policy
from hubbub.schemas import codec, limits, records, replies, requests
from hubbub.store import Transfers, memory_store

ADMIN_KEY = "A" * 40
NOW = 1_800_000_000_000_000
SECOND = 1_000_000
FREE = Policy(Limits(rate=1e9, burst=1e9, address_rate=1e9, address_burst=1e9))


def attachment(digest: bytes, **fields: Any) -> requests.NewAttachment:
    """A file that goes with a message."""
    return requests.NewAttachment(sha256=digest, **({"name": "file"} | fields))


class PureBroker:
    """The core, its store, and what came out of them. `now` is microseconds and moves only by `advance`."""

    def __init__(self, policy: Policy = FREE, snapshot: bytes | None = None) -> None:
        self.now = NOW
        self.policy = policy
        self.entropy = 0
        self.store = memory_store() if snapshot is None else memory_store(snapshot)
        weakref.finalize(self, self.store.close)  # thousands are made, and a connection wants to be closed
        self.replies: deque[tuple[bytes, bytes]] = deque()
        """Route and frame."""
        self.published: deque[tuple[bytes, bytes]] = deque()
        """Topic and frame."""
        self.order: list[str] = []
        """Names of the effects, in order."""
        self.cut: list[int] = []
        self.notes: list[fx.Note] = []
        self.passwords_full = False
        self.store_full = False
        self._transfers: Transfers | None = None
        self.start()

    def start(self) -> None:
        """A new core over the store, as after a crash of the worker."""
        if self._transfers is not None:
            self._transfers.close()
            self._transfers = None
        self.core = Core(
            self.store.startup(self.now),
            Identity("Test", "0", ADMIN_KEY),
            self.policy,
            self._entropy,
            self.now,
        )

    def transfer(self, command: records.Transfer) -> records.Result:
        """What the thread of files does. Made when the first file moves: most tests have none."""
        if self._transfers is None:
            self._transfers = self.store.transfers()
            self._transfers.sweep()
        return self._transfers.transfer(command)

    def _entropy(self, size: int) -> bytes:
        self.entropy += 1
        return self.entropy.to_bytes(size, "big")

    def advance(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)
        self.run(self.core.tick(self.now))

    def receive(self, peer: fx.Peer, frame: bytes) -> None:
        self.run(self.core.receive(peer, frame, self.now))

    def subscribe(self, token: bytes, key: str) -> Grant | None:
        return self.core.subscribed(token, key, self.now)

    def tables(self) -> dict[str, list[Any]]:
        """Every row of the store, to see whether anything changed."""
        with contextlib.closing(sqlite3.connect(":memory:")) as db:
            db.deserialize(self.store.snapshot())
            names = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            return {name: db.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names}

    def events(self, kind: type | None = None) -> list[tuple[bytes, Any]]:
        """Topic and event of what was published since this was asked last, of this kind."""
        found = [(topic, codec.decode_event(frame)) for topic, frame in self.published]
        self.published.clear()
        return [pair for pair in found if kind is None or isinstance(pair[1], kind)]

    def write(self, command: records.Write) -> Any:
        """A fact of which no client asked."""
        result = self.store.write([command])[0]
        self.run(self.core.stored(None, result, self.now))
        return result

    def run(self, effects: fx.Effects) -> None:
        for effect in effects:
            self.order.append(type(effect).__name__)
            match effect:
                case fx.Reply(route=route, body=body):
                    frame = codec.encode(body)
                    assert len(frame) <= limits.REPLY_MAX_BYTES, type(body)
                    self.replies.append((route, frame))
                case fx.Publish(topic=topic, event=event):
                    self.published.append((topic, codec.encode(event)))
                case fx.Store():
                    self._store(effect)
                case fx.HashPassword(password=password, pending=pending):
                    hashed = None if self.passwords_full else password.hex()
                    self.run(self.core.resumed(pending, hashed))
                case fx.VerifyPassword(password_hash=stored, password=password, pending=pending):
                    good = None if self.passwords_full else stored == password.hex()
                    self.run(self.core.resumed(pending, good))
                case fx.Cut(session=session):
                    self.cut.append(session)
                case fx.Note():
                    self.notes.append(effect)

    def _store(self, effect: fx.Store) -> None:
        if self.store_full and (effect.pending is not None or not isinstance(effect.command, records.Write)):
            self.run(self.core.untaken(effect))
            return
        result: records.Result
        if isinstance(effect.command, records.Write):
            result = self.store.write([effect.command])[0]
        elif isinstance(effect.command, records.Transfer):
            result = self.transfer(effect.command)
        else:
            reader = self.store.reader()
            result = reader.read(effect.command)
            reader.close()
        self.run(self.core.stored(effect.pending, result, self.now))


class PureClient:
    """Asks a PureBroker, one request at a time."""

    def __init__(self, broker: PureBroker, name: str, number: int = 1, address: str = "192.0.2.1") -> None:
        self.broker = broker
        self.name = name
        self.peer = fx.Peer(bytes([0, number]), f"{number:040}", address)
        self.token = b""
        self.session = 0
        self.user = 0
        self._keys = 0

    def key(self) -> bytes:
        """A message key that this client has not used yet."""
        self._keys += 1
        return self.peer.key.encode()[-8:] + self._keys.to_bytes(8, "big")

    def do(self, kind: type[requests.Request], **fields: Any) -> Any:
        """Ask for this, with the token and, where one is needed, a new key. The reply, or the Failure."""
        if "key" in kind.__struct_fields__:
            fields.setdefault("key", self.key())
        return self.ask(kind(id=5, token=self.token, **fields))

    def group(self, name: str, *members: str, **fields: Any) -> int:
        """Make a group; its id."""
        made = self.do(requests.CreateGroup, name=name, members=list(members), **fields)
        return int(made.conversation.conversation)

    def code(self, kind: type[requests.Request], **fields: Any) -> str:
        """The error's code, or "" where it was done."""
        return str(getattr(self.do(kind, **fields), "error", ""))

    def ask(self, request: requests.Request) -> Any:
        """The reply, or the Failure."""
        self.broker.receive(self.peer, codec.encode(request))
        route, frame = self.broker.replies.pop()
        assert route == self.peer.route
        outcome = codec.decode_outcome(frame)
        assert outcome.id == request.id
        if outcome.error is not None:
            return msgspec.msgpack.decode(frame, type=replies.Failure)
        return codec.decode_reply(frame, replies.REPLY_OF[type(request)])

    def enter(self, register: bool = True) -> "PureClient":
        """Register and log in."""
        if register:
            self.ask(requests.Register(id=1, name=self.name, password=b"password-of-" + self.name.encode()))
        done = self.ask(requests.Login(id=2, name=self.name, password=b"password-of-" + self.name.encode()))
        self.token, self.session, self.user = done.token, done.session, done.user.user
        return self

    def send(self, conversation: int, key: bytes, text: str = "text") -> Any:
        request = requests.SendMessage(id=3, token=self.token, conversation=conversation, key=key, text=text)
        return self.ask(request)

    def begin(self, data: bytes) -> Any:
        """Say that this file is to come; the answer."""
        return self.do(requests.BeginUpload, sha256=sha256(data).digest(), size=len(data))

    def upload(self, data: bytes) -> bytes:
        """Upload a file whole, or as far as that is allowed; its SHA-256."""
        digest, reply = sha256(data).digest(), self.begin(data)
        while not getattr(reply, "complete", True):
            at = reply.received
            reply = self.chunk(digest, at, data[at : at + limits.CHUNK_BYTES])
        return digest

    def chunk(self, digest: bytes, offset: int, data: bytes) -> Any:
        """Upload these bytes; the answer."""
        return self.do(requests.UploadChunk, sha256=digest, offset=offset, data=data)

    def post(self, conversation: int, *files: bytes, **fields: Any) -> Any:
        """A message with these files, which are uploaded first; the answer."""
        attachments = [attachment(self.upload(data)) for data in files]
        fields = {"text": "", "attachments": attachments} | fields
        return self.do(requests.SendMessage, conversation=conversation, **fields)

    def fetch(self, conversation: int, seq: int, index: int = 0, **fields: Any) -> Any:
        """The first bytes of an attachment; the answer."""
        return self.do(requests.FetchChunk, conversation=conversation, seq=seq, index=index, **fields)

    def whole(self, conversation: int, seq: int, index: int = 0, **fields: Any) -> bytes:
        """An attachment, to its end."""
        data = b""
        while True:
            answer = self.fetch(conversation, seq, index, offset=len(data), **fields)
            data += answer.data
            if len(data) >= answer.size:
                return data
            assert len(answer.data) == limits.CHUNK_BYTES

    def with_user(self, name: str) -> int:
        """The id of the direct conversation."""
        asked = requests.StartConversation(id=4, token=self.token, user=name)
        return int(self.ask(asked).conversation.conversation)
