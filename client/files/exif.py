"""EXIF, as cameras write it into pictures: which way up, and without the location. Bytes in, bytes out; raises nothing."""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes of a value, by its type."""
_ORIENTATION: Final = 0x0112
_EXIF_IFD: Final = 0x8769
_INNER: Final = frozenset({0x014A, _EXIF_IFD, 0xA005})
"""Tags that lead to another directory."""
_LOCATIONS: Final = frozenset({0x8825, 0x02BC, 0x83BB, 0x8649})
"""Tags of the GPS directory, XMP, IPTC and Photoshop's blocks."""
_KEPT: Final = frozenset({0x010F, 0x0110, _ORIENTATION, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, 0x8298})
"""Maker, model, which way up, resolution, software, time, copyright."""
_KEPT_INNER: Final = frozenset(
    {0x829A, 0x829D, 0x8822, 0x8827, 0x9000, 0x9003, 0x9004, 0x9204, 0x9207, 0x9209, 0x920A}
    | {0xA001, 0xA402, 0xA403, 0xA405, 0xA406, 0xA433, 0xA434}
)
"""Exposure, times (no time zone), lens, colour space. What makers write in a form of their own may say a location."""
_VALUE_MAX: Final = 1024
_DIRECTORIES_MAX: Final = 16
_ENTRIES_MAX: Final = 1024
"""Of one directory; cameras write a hundred."""


class _Entry(NamedTuple):
    tag: int
    kind: int
    number: int
    """Of values."""
    value: bytes
    """Empty where it is longer than _VALUE_MAX: entries by the thousand may all lead to the same large one."""


class _Unreadable(Exception):
    """An offset or a length leads out of the data, or in circles, or to more than any camera writes."""


def orientation(tiff: bytes) -> int:
    """1 to 8, as the EXIF specification numbers them; 1, as it stands, where nothing else is said."""
    try:
        order = _order(tiff)
        for entry in _entries(tiff, order, _first(tiff, order)):
            if entry.tag == _ORIENTATION and len(entry.value) >= 2:
                value = int(struct.unpack(order + "H", entry.value[:2])[0])
                return value if 1 <= value <= 8 else 1
    except _Unreadable:
        pass
    return 1


def exif_without_location(tiff: bytes) -> bytes:
    """The same bytes where they say no location. Else, and where they cannot be read whole, new ones with what is known to be
    harmless; empty where that is nothing. At most some 30 KB then."""
    try:
        if not _says_location(tiff):
            return tiff
    except _Unreadable:
        pass
    try:
        order = _order(tiff)
        outer, inner = _harmless(tiff, order)
    except _Unreadable:
        return b""
    return _written(order, outer, inner) if outer or inner else b""


# -------------------------------------------------------------------------------------------------------- reading


def _order(tiff: bytes) -> str:
    if tiff[:4] == b"II*\0":
        return "<"
    if tiff[:4] == b"MM\0*":
        return ">"
    raise _Unreadable


def _first(tiff: bytes, order: str) -> int:
    return _number(tiff, order, 4)


def _number(tiff: bytes, order: str, at: int) -> int:
    if not 0 <= at <= len(tiff) - 4:
        raise _Unreadable
    return int(struct.unpack_from(order + "I", tiff, at)[0])


def _entries(tiff: bytes, order: str, at: int) -> Iterator[_Entry]:
    """A directory's; a value that is not there is empty. What leads to others is never taken for empty: they may say a location."""
    if not 8 <= at <= len(tiff) - 2:
        raise _Unreadable
    (count,) = struct.unpack_from(order + "H", tiff, at)
    if count > _ENTRIES_MAX:
        raise _Unreadable
    for place in range(at + 2, at + 2 + 12 * count, 12):
        if place + 12 > len(tiff):
            raise _Unreadable
        tag, kind, number, _ = struct.unpack_from(order + "HHII", tiff, place)
        size = _SIZES.get(kind, 0) * number
        if size > _VALUE_MAX:
            if tag in _INNER:
                raise _Unreadable
            size = 0
        begin = place + 8 if size <= 4 else _number(tiff, order, place + 8)
        value = tiff[begin : begin + size]
        yield _Entry(tag, kind, number, value if len(value) == size else b"")


def _says_location(tiff: bytes) -> bool:
    """Looks through all directories. Raises _Unreadable."""
    order = _order(tiff)
    ahead, seen = [_first(tiff, order)], set[int]()
    while ahead:
        at = ahead.pop()
        if at in seen or len(seen) == _DIRECTORIES_MAX:
            raise _Unreadable
        seen.add(at)
        entries = list(_entries(tiff, order, at))
        if any(entry.tag in _LOCATIONS for entry in entries):
            return True
        for entry in entries:
            if entry.tag in _INNER:
                ahead += struct.unpack(
                    f"{order}{len(entry.value) // 4}I", entry.value[: len(entry.value) // 4 * 4]
                )
        end = at + 2 + 12 * len(entries)
        if end + 4 <= len(tiff) and (following := _number(tiff, order, end)):
            ahead.append(following)
    return False


def _harmless(tiff: bytes, order: str) -> tuple[list[_Entry], list[_Entry]]:
    """What of the first directory and of the inner one is kept. Raises _Unreadable if that is nothing."""
    outer: list[_Entry] = []
    inner_at = 0
    try:
        for entry in _entries(tiff, order, _first(tiff, order)):
            if entry.tag == _EXIF_IFD and len(entry.value) == 4:
                inner_at = _number(entry.value, order, 0)
            outer += _chosen(entry, _KEPT)
        return outer, [
            kept for entry in _entries(tiff, order, inner_at) for kept in _chosen(entry, _KEPT_INNER)
        ]
    except _Unreadable:
        return outer, []


def _chosen(entry: _Entry, wanted: frozenset[int]) -> list[_Entry]:
    return [entry] if entry.tag in wanted and 0 < len(entry.value) <= _VALUE_MAX else []


# -------------------------------------------------------------------------------------------------------- writing


def _written(order: str, outer: list[_Entry], inner: list[_Entry]) -> bytes:
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    if not inner:
        return head + _directory(order, outer, 8)
    pointer = _Entry(_EXIF_IFD, 4, 1, bytes(4))
    inner_at = 8 + len(_directory(order, [*outer, pointer], 8))
    pointer = pointer._replace(value=struct.pack(order + "I", inner_at))
    return head + _directory(order, [*outer, pointer], 8) + _directory(order, inner, inner_at)


def _directory(order: str, entries: list[_Entry], at: int) -> bytes:
    """A directory that stands at `at`, with its values behind it. Each tag once, in their order, as the format wants it."""
    ordered = sorted({entry.tag: entry for entry in entries}.values())
    table, values = struct.pack(order + "H", len(ordered)), b""
    behind = at + 2 + 12 * len(ordered) + 4
    for entry in ordered:
        table += struct.pack(order + "HHI", entry.tag, entry.kind, entry.number)
        if len(entry.value) <= 4:
            table += entry.value.ljust(4, b"\0")
        else:
            table += struct.pack(order + "I", behind + len(values))
            values += entry.value + bytes(len(entry.value) % 2)
    return table + bytes(4) + values
