"""Which files a user has, how much room they take of his, and what files a message has. Their bytes are no matter here.

A file is known by its SHA-256. What others have makes no difference to any answer: to ask for a hash must not tell whether
it is here.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from hubbub.schemas.events import NO_TEXT, Attachment
from hubbub.schemas.limits import THUMBNAIL_MAX_BYTES
from hubbub.schemas.requests import NewAttachment
from hubbub.store.access import NOT_FOUND, Refusal
from hubbub.store.database import Connection
from hubbub.store.queries import SQL


class Attached(NamedTuple):
    """A file of a message, as it is kept."""

    file: Attachment
    thumbnail_size: int

    def blobs(self) -> list[tuple[bytes, int]]:
        """Hash and size of the file, and of its thumbnail."""
        thumbnail = [(self.file.thumbnail, self.thumbnail_size)] if self.file.thumbnail else []
        return [(self.file.sha256, self.file.size), *thumbnail]


def size_of(db: Connection, user: int, sha256: bytes) -> int:
    """Of a file that he has uploaded whole, or holds. Raises not_found."""
    row = db.execute(SQL["file_size"], (user, sha256)).fetchone()
    if row is None:
        raise Refusal(NOT_FOUND, "You have not uploaded this file, or it was dropped since: upload it.")
    return int(row[0])


def small_size_of(db: Connection, user: int, sha256: bytes) -> int:
    """The same, of a thumbnail or a profile's picture. Raises too_large, too."""
    size = size_of(db, user, sha256)
    if size > THUMBNAIL_MAX_BYTES:
        raise Refusal("too_large", f"Small pictures have {THUMBNAIL_MAX_BYTES // 1024} KiB at most.")
    return size


def uploaded(db: Connection, user: int, files: Iterable[NewAttachment]) -> list[Attached]:
    """What the user wants to post, with the sizes that the store knows. Raises not_found, too_large."""
    return [_uploaded(db, user, file) for file in files]


def _uploaded(db: Connection, user: int, new: NewAttachment) -> Attached:
    file = Attachment(
        name=new.name,
        type=new.type,
        size=size_of(db, user, new.sha256),
        sha256=new.sha256,
        width=new.width,
        height=new.height,
        thumbnail=new.thumbnail,
    )
    return Attached(file, small_size_of(db, user, new.thumbnail) if new.thumbnail else 0)


def shown(text: str, has_files: bool) -> str:
    """The text of a message as people get it."""
    return "" if has_files and text == NO_TEXT else text


def attach(db: Connection, user: int, position: int, files: Sequence[Attached]) -> None:
    """To the user's message at this position."""
    rows = [
        (
            *(position, number, file.name, file.type, file.size, file.sha256),
            *(file.width, file.height, file.thumbnail, thumbnail_size),
        )
        for number, (file, thumbnail_size) in enumerate(files)
    ]
    db.executemany(SQL["insert_attachment"], rows)
    hold(db, user, [blob for file in files for blob in file.blobs()])


def attached(db: Connection, positions: Collection[int]) -> dict[int, list[Attached]]:
    """The files of these messages, by position, in order."""
    found: dict[int, list[Attached]] = {}
    if not positions:
        return found
    for row in db.execute(SQL["attachments"], (json.dumps(positions),)):
        position, name, kind, size, sha256, width, height, thumbnail, thumbnail_size = row
        file = Attachment(
            name=name, type=kind, size=size, sha256=sha256, width=width, height=height, thumbnail=thumbnail
        )
        found.setdefault(position, []).append(Attached(file, thumbnail_size))
    return found


def detach(db: Connection, user: int, position: int) -> list[bytes]:
    """Blank the files of the user's message in their rows; which blobs he holds no more."""
    files = attached(db, [position]).get(position, [])
    db.execute(SQL["blank_attachments"], (position,))
    return release(db, user, [sha256 for file in files for sha256, _ in file.blobs()])


def hold(db: Connection, user: int, blobs: Iterable[tuple[bytes, int]]) -> None:
    """One more use of each, by hash and size. What he has uploaded whole passes from his uploads to what he holds."""
    growth = 0
    for sha256, size in blobs:
        growth -= size * db.execute(SQL["use_upload"], (user, sha256)).rowcount
        ((uses,),) = db.execute(SQL["hold"], (sha256, user, size)).fetchall()
        growth += size * (uses == 1)
    add_stored(db, user, growth)


def release(db: Connection, user: int, hashes: Iterable[bytes]) -> list[bytes]:
    """One use less of each: those that he holds no more."""
    gone: list[bytes] = []
    freed = 0
    for sha256 in hashes:
        last = db.execute(SQL["release_last"], (sha256, user)).fetchall()
        if last:
            gone.append(sha256)
            freed += last[0][0]
        else:
            db.execute(SQL["release_one"], (sha256, user))
    add_stored(db, user, -freed)
    return gone


def add_stored(db: Connection, user: int, growth: int) -> None:
    """Count bytes to the user's, or take them off."""
    if growth:
        db.execute(SQL["add_stored"], (growth, user))


def check_quota(db: Connection, user: int, growth: int, quota: int) -> None:
    """Raises quota_exceeded. What takes no more room is never refused."""
    if growth > 0 and db.execute(SQL["stored"], (user,)).fetchone()[0] + growth > quota:
        raise Refusal("quota_exceeded")


def growth_of(db: Connection, user: int, files: Iterable[Attached]) -> int:
    """Bytes that these would add to what is stored for him: each blob once, and not what he has."""
    blobs = {sha256: size for file in files for sha256, size in file.blobs()}
    return sum(
        size
        for sha256, size in blobs.items()
        if db.execute(SQL["file_size"], (user, sha256)).fetchone() is None
    )
