"""Files by the wire: uploads, messages with attachments and downloads out of a Raw client's requests, and what a data folder
holds of them."""

import hashlib
import random
from pathlib import Path
from typing import Any

from tests.helpers.raw import TIMEOUT_S, Raw, Refused, Silent, new_key

CHUNK = 64 * 1024
TRANSIENT = {"busy", "shutting_down", "rate_limited", "not_found"}
"""Answers to a chunk after which an upload is begun again: a restarted broker knows none."""


def content(size: int, seed: object = 0) -> bytes:
    """Bytes that are nowhere else."""
    return random.Random(f"{seed} {size}").randbytes(size)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def attachment(data: bytes, name: str = "file.bin", **fields: Any) -> dict[str, Any]:
    """As SEND_MESSAGE takes it."""
    return {"sha256": sha256(data), "name": name, **fields}


class Uploader:
    """Uploads that go on over whatever happens to the other side; counts the bytes that it sent."""

    def __init__(self, raw: Raw, patience: float = TIMEOUT_S) -> None:
        self.raw = raw
        self.sent = 0
        self.begun = 0
        self._patience = patience

    def upload(self, data: bytes) -> bytes:
        """The SHA-256, once it is complete."""
        while True:
            try:
                if self._try(data):
                    return sha256(data)
            except Silent:
                self.raw.reconnect()
            except Refused as refused:
                if refused.code not in TRANSIENT:
                    raise

    def _try(self, data: bytes) -> bool:
        self.begun += 1
        answer = self._ask("BEGIN_UPLOAD", data, size=len(data))
        while not answer["complete"]:
            offset = answer["received"]
            chunk = data[offset : offset + CHUNK]
            self.sent += len(chunk)
            answer = self._ask("UPLOAD_CHUNK", data, offset=offset, data=chunk)
            assert answer["received"] == offset + len(chunk)
        assert answer["received"] == len(data)
        return True

    def _ask(self, mode: str, whole: bytes, **fields: Any) -> dict[str, Any]:
        return self.raw.ask(mode, self._patience, sha256=sha256(whole), **fields)

    def post(self, conversation: int, *files: bytes, text: str = "", key: bytes = b"") -> int:
        """Send a message with these files, which were uploaded, until it is acknowledged; its seq."""
        key = key or new_key()
        attachments = [attachment(data, f"{number}.bin") for number, data in enumerate(files)]
        while True:
            try:
                sent = self.raw.ask(
                    "SEND_MESSAGE", self._patience,
                    conversation=conversation, key=key, text=text, attachments=attachments,
                )  # fmt: skip
                return int(sent["seq"])
            except Silent:
                self.raw.reconnect()
            except Refused as refused:
                if refused.code not in TRANSIENT - {"not_found"}:
                    raise


def upload(raw: Raw, data: bytes) -> bytes:
    """Its SHA-256, once it is complete."""
    return Uploader(raw).upload(data)


def begin(raw: Raw, data: bytes, chunks: int = 1) -> int:
    """Upload only the first chunks; how many bytes the server has."""
    received = int(raw.ask("BEGIN_UPLOAD", sha256=sha256(data), size=len(data))["received"])
    for _ in range(chunks):
        part = data[received : received + CHUNK]
        received = int(raw.ask("UPLOAD_CHUNK", sha256=sha256(data), offset=received, data=part)["received"])
    return received


def post(raw: Raw, conversation: int, *files: bytes, text: str = "") -> int:
    """Upload these files and send a message with them; its seq."""
    uploader = Uploader(raw)
    for data in files:
        uploader.upload(data)
    return uploader.post(conversation, *files, text=text)


def fetch(raw: Raw, conversation: int, seq: int, index: int = 0, *, thumbnail: bool = False) -> bytes:
    """A whole attachment. Raises Refused."""
    data = b""
    while True:
        answer = raw.ask(
            "FETCH_CHUNK", conversation=conversation, seq=seq, index=index, offset=len(data), thumbnail=thumbnail
        )  # fmt: skip
        data += answer["data"]
        if len(data) >= answer["size"]:
            return data
        assert answer["data"]


def blob(data_folder: Path, digest: bytes) -> Path:
    """Where the server has a file of this hash."""
    return data_folder / "blobs" / digest.hex()[:2] / digest.hex()


def blobs(data_folder: Path) -> set[bytes]:
    """Hashes of all files that it has."""
    return {bytes.fromhex(path.name) for path in (data_folder / "blobs").glob("*/*")}


def partial(data_folder: Path, user: int, digest: bytes) -> Path:
    """Where the server has an upload that is not complete."""
    return data_folder / "uploads" / f"{user}-{digest.hex()}"


def partials(data_folder: Path) -> list[str]:
    """Names of all uploads that are not complete."""
    return sorted(path.name for path in (data_folder / "uploads").glob("*"))
