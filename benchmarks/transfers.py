"""The load of benchmarks/files.py: those who move files and the two who chat, each in a process of their own.

A mover's frames are encoded before anything is measured, and it has one chunk under way: what it costs this machine is
almost only CURVE. Who chats sends on a schedule, and a message's time counts from when it was due: a server that stalls
does not get away with fewer questions.
"""

import multiprocessing
import random
import time
from array import array
from collections.abc import Sequence
from hashlib import sha256
from multiprocessing.connection import Connection
from typing import Any, Final, Literal, NamedTuple

import msgspec
import zmq

from benchmarks import common
from benchmarks.bare_files import CHUNK
from benchmarks.common import Keys, Ready, Wire
from hubbub.schemas import codec, events, replies, requests
from hubbub.schemas.limits import CONFIRMATION_TIMEOUT_S, REQUESTS_OUTSTANDING_MAX

What = Literal["upload", "download"]
STUCK_S: Final = 20.0
_spawn: Final = multiprocessing.get_context("spawn")


class Failed(Exception):
    """The figures would mean nothing."""


class Seat(NamedTuple):
    """A session: CURVE keys (Z85) and token."""

    public: bytes
    secret: bytes
    token: bytes


class Source(NamedTuple):
    """The message whose first attachment is downloaded."""

    conversation: int
    seq: int


class Site(NamedTuple):
    """A server of files: the product or the bare one."""

    ready: Ready
    seat: Seat
    source: Source


class Job(NamedTuple):
    site: int
    """Which of the mover's."""
    what: What
    seconds: float


class Moved(NamedTuple):
    """What came of a job."""

    bytes: int
    """Acknowledged, or received."""
    seconds: float
    cpu_s: float
    """Of the mover's process."""


class Said(NamedTuple):
    """What came of chat, in milliseconds from when a message was due; as many as were sent."""

    acknowledged: "array[float]"
    delivered: "array[float]"
    late: float
    """The most that a message was sent after it was due: the generator's own fault."""


class Answer(msgspec.Struct, gc=False):
    """What is read of a reply."""

    id: int
    error: str | None = None
    message: str = ""
    received: int = 0
    complete: bool = False
    data: bytes = b""
    size: int = 0


_decode: Final = msgspec.msgpack.Decoder(Answer).decode


def connected(context: "zmq.Context[zmq.Socket[bytes]]", ready: Ready, seat: Seat) -> Wire:
    """A connection that has this session."""
    wire = Wire(context, ready, Keys(seat.public, seat.secret))
    wire.token = seat.token
    return wire


def content(number: int, size: int) -> bytes:
    """A file that no other mover has, and that no disk compresses."""
    return random.Random(number).randbytes(size)


# ------------------------------------------------------------------------------------------------------------- movers


class Mover:
    """One client that moves one file, over and over."""

    def __init__(self, sites: Sequence[Site], data: bytes) -> None:
        self._context = zmq.Context()
        self._sites = sites
        self._wires = [connected(self._context, site.ready, site.seat) for site in sites]
        self._size, self._hash = len(data), sha256(data).digest()
        self._data = data

    def prepare(self) -> None:
        """Encode every frame."""
        self._uploads = [self._upload_frames(site.seat.token) for site in self._sites]
        self._downloads = [self._download_frames(site) for site in self._sites]

    def _upload_frames(self, token: bytes) -> list[bytes]:
        begin = requests.BeginUpload(id=0, token=token, sha256=self._hash, size=self._size)
        chunks = [
            requests.UploadChunk(
                id=0, token=token, sha256=self._hash, offset=offset, data=self._data[offset : offset + CHUNK]
            )
            for offset in range(0, self._size, CHUNK)
        ]
        cancel = requests.CancelUpload(id=0, token=token, sha256=self._hash)
        return [codec.encode(request) for request in (begin, *chunks, cancel)]

    def _download_frames(self, site: Site) -> list[bytes]:
        conversation, seq = site.source
        return [
            codec.encode(
                requests.FetchChunk(
                    id=0, token=site.seat.token, conversation=conversation, seq=seq, index=0, offset=offset
                )
            )
            for offset in range(0, self._size, CHUNK)
        ]

    def post(self, site: int, conversation: int) -> int:
        """Upload the file and put it into a message: its seq."""
        for frame in self._uploads[site][:-1]:
            self._ask(site, frame)
        attachment = requests.NewAttachment(sha256=self._hash, name="benchmark.bin")
        message = requests.SendMessage(
            id=0, conversation=conversation, key=common.message_key(), text="", attachments=[attachment]
        )
        return self._wires[site].ask(message, replies.Sent).seq

    def run(self, job: Job) -> Moved:
        """Until the time is up; what is half done is cancelled."""
        cpu, begun = time.process_time(), time.perf_counter()
        end = begun + job.seconds
        move = self._upload if job.what == "upload" else self._download
        moved = 0
        while time.perf_counter() < end:
            moved += move(job.site, end)
        took = time.perf_counter() - begun
        return Moved(moved, took, time.process_time() - cpu)

    def _upload(self, site: int, end: float) -> int:
        begin, *chunks, cancel = self._uploads[site]
        # What was cancelled may be there still: where it is begun again before its file went, it goes on.
        received = there = self._ask(site, begin).received
        for chunk in chunks[there // CHUNK :]:
            answer = self._ask(site, chunk)
            received = answer.received
            if time.perf_counter() >= end:
                break
        else:
            if not answer.complete:
                raise Failed("an upload was not complete behind its last chunk")
        self._ask(site, cancel)
        return received - there

    def _download(self, site: int, end: float) -> int:
        moved = 0
        for frame in self._downloads[site]:
            answer = self._ask(site, frame)
            if answer.size != self._size or not answer.data:
                raise Failed(f"{len(answer.data)} bytes came of a file of {answer.size}")
            moved += len(answer.data)
            if time.perf_counter() >= end:
                break
        return moved

    def _ask(self, site: int, frame: bytes) -> Answer:
        socket = self._wires[site].socket
        while True:
            socket.send(frame)
            if not socket.poll(round(STUCK_S * 1000)):
                raise Failed(f"a chunk had no answer in {STUCK_S:g} s")
            answer = _decode(socket.recv())
            if answer.error is None:
                return answer
            if answer.error != "busy":
                raise Failed(f"the server answered {answer.error}: {answer.message}")
            time.sleep(0.02)

    def close(self) -> None:
        self._context.destroy(linger=0)


def move(sites: Sequence[Site], data_of: int, size: int, pipe: Connection) -> None:
    """A mover's process. Says "ready"; then what came of each job that it is given."""
    mover = Mover(sites, content(data_of, size))
    try:
        mover.prepare()
        pipe.send("ready")
        while (job := pipe.recv()) is not None:
            pipe.send(mover.run(job))
    except Failed as failed:
        pipe.send(str(failed))
    finally:
        mover.close()


# --------------------------------------------------------------------------------------------------------------- chat


class Talk:
    """Two clients: one writes on a schedule, the other listens."""

    def __init__(self, ready: Ready, writer: Seat, listener: Seat, conversation: int) -> None:
        self._context = zmq.Context()
        self._asks = connected(self._context, ready, writer)
        self._conversation = conversation
        self._topic = events.conversation_topic(conversation)
        self._feed = self._listening(connected(self._context, ready, listener))

    def _listening(self, wire: Wire) -> "zmq.Socket[bytes]":
        for _ in range(5):
            feed = wire.feed()
            if feed.poll(round(CONFIRMATION_TIMEOUT_S * 1000)):
                feed.recv_multipart()
                return feed
            feed.close()
        raise Failed("the listener's feed was not confirmed")

    def run(self, seconds: float, rate: float) -> Said:
        """So many messages a second, and everything that comes of them. What the server lets wait at its limit of requests under
        way is its own delay, and no lateness of ours. Raises Failed where something was lost."""
        count = max(round(seconds * rate), 1)
        frames = [self._frame(number) for number in range(count)]
        begun = time.perf_counter() + 0.01
        due = [begun + number / rate for number in range(count)]
        acknowledged, delivered = array("d"), array("d")
        poller = zmq.Poller()
        for socket in (self._asks.socket, self._feed):
            poller.register(socket, zmq.POLLIN)
        sent, late, held = 0, 0.0, False
        while len(acknowledged) < count or len(delivered) < count:
            now = time.perf_counter()
            full = sent - len(acknowledged) >= REQUESTS_OUTSTANDING_MAX
            held = full or (held and now >= due[min(sent, count - 1)])
            if sent < count and not full and now >= due[sent]:
                self._asks.socket.send(frames[sent])
                late = max(late, 0.0 if held else now - due[sent])
                sent += 1
                continue
            wait = due[sent] - now if sent < count and not full else STUCK_S
            if not poller.poll(wait * 1000) and (full or sent == count):
                raise Failed(f"{sent} sent, {len(acknowledged)} acknowledged, {len(delivered)} delivered")
            self._take_acknowledged(due, acknowledged)
            self._take_delivered(due, delivered)
        return Said(acknowledged, delivered, late * 1000)

    def _frame(self, number: int) -> bytes:
        text = f"{number:06} " + "the text of a message ".ljust(100, ".")
        return codec.encode(
            requests.SendMessage(
                id=number, token=self._asks.token, conversation=self._conversation, key=common.message_key(), text=text
            )
        )  # fmt: skip

    def _take_acknowledged(self, due: Sequence[float], into: "array[float]") -> None:
        try:
            while True:
                answer = _decode(self._asks.socket.recv(zmq.NOBLOCK))
                if answer.error is not None:
                    raise Failed(f"a message was refused: {answer.error}: {answer.message}")
                into.append((time.perf_counter() - due[answer.id]) * 1000)
        except zmq.Again:
            pass

    def _take_delivered(self, due: Sequence[float], into: "array[float]") -> None:
        try:
            while True:
                topic, body = self._feed.recv(zmq.NOBLOCK), self._feed.recv()
                if topic == self._topic:
                    text = msgspec.msgpack.decode(body, type=_Text).text
                    into.append((time.perf_counter() - due[int(text[:6])]) * 1000)
        except zmq.Again:
            pass

    def close(self) -> None:
        self._context.destroy(linger=0)


class _Text(msgspec.Struct, gc=False):
    text: str


def talk(ready: Ready, writer: Seat, listener: Seat, conversation: int, pipe: Connection) -> None:
    """The process of those who chat. Says "ready"; then what came of each (seconds, messages a second) that it is given."""
    both = Talk(ready, writer, listener, conversation)
    try:
        pipe.send("ready")
        while (job := pipe.recv()) is not None:
            pipe.send(both.run(*job))
    except Failed as failed:
        pipe.send(str(failed))
    finally:
        both.close()


# ----------------------------------------------------------------------------------------------------------- processes


class Worker:
    """One of these processes, from outside."""

    def __init__(self, target: Any, *arguments: object) -> None:
        self._pipe, there = _spawn.Pipe()
        self._process = _spawn.Process(target=target, args=(*arguments, there), daemon=True)
        self._process.start()
        there.close()

    def said(self, timeout_s: float = 120.0) -> Any:
        """Its next word. Raises Failed."""
        try:
            said = (
                self._pipe.recv() if self._pipe.poll(timeout_s) else "a process of the benchmark says nothing"
            )
        except EOFError:
            said = "a process of the benchmark died"
        if isinstance(said, str) and said != "ready":
            raise Failed(said)
        return said

    def give(self, job: object) -> None:
        self._pipe.send(job)

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()
