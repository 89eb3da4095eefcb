"""The yardstick for files: the least that a server of chunks can do, in one thread. Knows nothing of Hubbub's code.

ROUTER and CURVE; each chunk is written where it belongs, and with the last one the file is synced, renamed and its folder
synced. Downloads are read from a file, chunk by chunk. No sessions, no SHA-256, no database, no checks, nobody who chats.
It answers the same frames as the product does, so that the same load can be put on both.
"""

import os
import time
from collections.abc import Iterator
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import msgspec
import zmq

CHUNK: Final = 64 * 1024


class Ask(msgspec.Struct, gc=False):
    """What it reads of a request."""

    mode: str
    id: int
    sha256: bytes = b""
    size: int = 0
    offset: int = 0
    data: bytes = b""
    seq: int = 0


class Upload(msgspec.Struct, gc=False):
    id: int
    received: int = 0
    complete: bool = False


class Chunk(msgspec.Struct, gc=False):
    id: int
    data: bytes
    size: int


def serve(folder: Path, secret: bytes, ready: Connection) -> None:
    """Until it is killed. Says where it is. Downloads are of folder/0, folder/1, ..."""
    context = zmq.Context()
    router = context.socket(zmq.ROUTER)
    router.curve_server = 1
    router.curve_secretkey = secret
    router.bind("tcp://127.0.0.1:*")
    ready.send(router.getsockopt_string(zmq.LAST_ENDPOINT))
    server = _Files(folder)
    decode, encode = msgspec.msgpack.Decoder(Ask).decode, msgspec.msgpack.Encoder().encode
    while True:
        peer = router.recv()
        answer = encode(server.answer(decode(router.recv())))
        router.send(peer, zmq.SNDMORE)
        router.send(answer)


class _Files:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[bytes, tuple[int, int]] = {}
        """Descriptor and size, by hash."""

    def answer(self, ask: Ask) -> Upload | Chunk:
        match ask.mode:
            case "UPLOAD_CHUNK":
                return self._write(ask)
            case "FETCH_CHUNK":
                return self._read(ask)
            case "BEGIN_UPLOAD":
                self._open[ask.sha256] = os.open(self._partial(ask), os.O_CREAT | os.O_WRONLY), ask.size
            case "CANCEL_UPLOAD":
                if ask.sha256 in self._open:
                    os.close(self._open.pop(ask.sha256)[0])
                self._partial(ask).unlink(missing_ok=True)
                self._whole(ask).unlink(missing_ok=True)
        return Upload(ask.id)

    def _write(self, ask: Ask) -> Upload:
        descriptor, size = self._open[ask.sha256]
        received = ask.offset + os.pwrite(descriptor, ask.data, ask.offset)
        if received < size:
            return Upload(ask.id, received)
        os.fsync(descriptor)
        os.close(descriptor)
        del self._open[ask.sha256]
        self._partial(ask).rename(self._whole(ask))
        _sync_folder(self._folder)
        return Upload(ask.id, received, complete=True)

    def _read(self, ask: Ask) -> Chunk:
        with (self._folder / str(ask.seq)).open("rb", buffering=0) as file:
            file.seek(ask.offset)
            return Chunk(ask.id, file.read(CHUNK), os.fstat(file.fileno()).st_size)

    def _partial(self, ask: Ask) -> Path:
        return self._folder / f"{ask.sha256.hex()}.part"

    def _whole(self, ask: Ask) -> Path:
        return self._folder / ask.sha256.hex()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def copy(source: Path, folder: Path, seconds: float, *, hashed: bool) -> float:
    """Copy a file over and over, in chunks, synced and renamed each time; MB/s. `hashed`: and take its SHA-256."""
    size = source.stat().st_size
    copied, begun = 0, time.perf_counter()
    while (took := time.perf_counter() - begun) < seconds or not copied:
        _copy(source, folder, hashed=hashed)
        copied += size
        (folder / "copy").unlink()
    return copied / took / 1e6


def _copy(source: Path, folder: Path, *, hashed: bool) -> None:
    digest = sha256()
    with (folder / "copy.part").open("wb", buffering=0) as copied:
        for chunk in _chunks(source):
            copied.write(chunk)
            if hashed:
                digest.update(chunk)
        os.fsync(copied.fileno())
    (folder / "copy.part").rename(folder / "copy")
    _sync_folder(folder)


def _chunks(source: Path) -> Iterator[bytes]:
    with source.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            yield chunk
