"""Bad frames, made from good ones by a seeded generator: truncated, lengthened, mistyped, nested, out of range."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import msgpack

Fields = dict[str, Any]

WRONG_VALUES: tuple[Any, ...] = (
    None, True, -1, 2**53, 2**63, 2**64 - 1, -(2**63), 1.5, float("nan"), "", "x" * 70_000, b"", b"\xff" * 70_000, [],
    [[]] * 300, {}, {"a": {"b": 1}}, [2**63] * 201, "\0", "\u202e", msgpack.ExtType(5, b"x"), msgpack.Timestamp(1, 1),
)  # fmt: skip


def _truncated(dice: random.Random, fields: Fields) -> bytes:
    frame = msgpack.packb(fields)
    return frame[: dice.randrange(len(frame))]


def _flipped(dice: random.Random, fields: Fields) -> bytes:
    frame = bytearray(msgpack.packb(fields))
    for _ in range(dice.randint(1, 8)):
        frame[dice.randrange(len(frame))] = dice.randrange(256)
    return bytes(frame)


def _spliced(dice: random.Random, fields: Fields) -> bytes:
    frame = msgpack.packb(fields)
    place = dice.randrange(len(frame))
    return frame[:place] + dice.randbytes(dice.randint(1, 64)) + frame[place + dice.randint(0, 8) :]


def _wrong_type(dice: random.Random, fields: Fields) -> bytes:
    return msgpack.packb(fields | {dice.choice(list(fields)): dice.choice(WRONG_VALUES)})


def _missing(dice: random.Random, fields: Fields) -> bytes:
    gone = dice.choice(list(fields))
    return msgpack.packb({key: value for key, value in fields.items() if key != gone})


def _doubled(dice: random.Random, fields: Fields) -> bytes:
    """A map that says a key twice."""
    frame = bytearray(msgpack.packb(fields))
    frame[0] += 1
    return bytes(frame) + msgpack.packb(dice.choice(list(fields))) + msgpack.packb(dice.choice(WRONG_VALUES))


def _foreign_keys(dice: random.Random, fields: Fields) -> bytes:
    """Keys of the map that are no text."""
    return msgpack.packb(
        {1: 2, b"mode": "HOME", None: 3, **fields} if dice.random() < 0.5 else {b"x" * 9: 1, **fields}
    )


def _nested(dice: random.Random, fields: Fields) -> bytes:
    deep = dice.choice((b"\x91", b"\x81\xa1a", b"\x81\x91", b"\xdc\x00\x01"))
    frame = bytearray(msgpack.packb(fields))
    frame[0] += 1
    depth = dice.choice((10, 500, 2_000, 60_000))
    return bytes(frame) + msgpack.packb(dice.choice(("more", *fields))) + deep * depth + b"\xc0"


def _huge_header(dice: random.Random, fields: Fields) -> bytes:
    """A length that nothing follows: up to 4 GiB, the most that msgpack can say."""
    frame = bytearray(msgpack.packb(fields))
    frame[0] += 1
    kind = dice.choice((b"\xc6", b"\xdb", b"\xdd", b"\xdf", b"\xc9"))
    length = dice.choice((0xFFFFFFFF, 0x7FFFFFFF, 0x10000000, 0x00FFFFFF))
    return bytes(frame) + msgpack.packb(dice.choice(("more", *fields))) + kind + length.to_bytes(4, "big")


def _bad_text(dice: random.Random, fields: Fields) -> bytes:
    frame = bytearray(msgpack.packb(fields))
    frame[0] += 1
    bad = dice.choice((b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80", b"\xe2\x82"))
    name = dice.choice(("text", "name", "mode", "query", "words", "user", "more"))
    return bytes(frame) + msgpack.packb(name) + bytes([0xA0 + len(bad)]) + bad


def _noise(dice: random.Random, fields: Fields) -> bytes:
    return dice.randbytes(dice.choice((0, 1, 2, 7, 64, 1000)))


def _unknown_mode(dice: random.Random, fields: Fields) -> bytes:
    modes = ("", "home", "SAVE_MESSAGE", "__init__", "HOME\0", "%s%n{0}", "X" * 200_000, 3, None, b"HOME")
    return msgpack.packb(fields | {"mode": dice.choice(modes)})


def _replayed(dice: random.Random, fields: Fields) -> bytes:
    return msgpack.packb(fields)


def _large(dice: random.Random, fields: Fields) -> bytes:
    """As large as the server takes frames, or nearly."""
    return msgpack.packb(fields | {"padding": b"\0" * dice.randint(100_000, 260_000)})


MUTATIONS: tuple[Callable[[random.Random, Fields], bytes], ...] = (
    _truncated, _flipped, _flipped, _spliced, _spliced, _wrong_type, _wrong_type, _missing, _doubled, _foreign_keys,
    _nested, _huge_header, _bad_text, _noise, _unknown_mode, _replayed, _large,
)  # fmt: skip


def bad_frames(seeds: list[Fields], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many frames, each with the name of how it was made; the same for the same seed."""
    dice = random.Random(seed)
    for _ in range(count):
        mutation = dice.choice(MUTATIONS)
        yield mutation.__name__.strip("_"), mutation(dice, dice.choice(seeds))
