"""Takes the location where a picture was made out of its file, pixels untouched. Bytes in, bytes out; knows no file and no decoder.

What is not known to hold no location is left out, in JPEG, PNG and WebP alike: so there is no file that "cannot be read". Bytes
that are no part of the structure, or come behind its end (the film of a motion photo), are left out too.
"""

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from hubbub.client.files.exif import exif_without_location

JPEG: Final = b"\xff\xd8\xff"
PNG: Final = b"\x89PNG\r\n\x1a\n"

Span = bytes | memoryview

_PIECES_MAX: Final = 200_000
"""Of one file: a picture of 128 MB has some ten thousand, and what is behind so many is left out. Else one of nothing but markers
would take a processor for minutes."""


def without_location(data: bytes) -> bytes:
    """The same picture without its location: equal to `data` where it says none, and where it is another kind of file."""
    pieces = _pieces_of(data)
    if pieces is None:
        return data
    kept = io.BytesIO()
    for piece in pieces(memoryview(data)):
        kept.write(piece)
    return kept.getvalue()


def can_hold_location(head: bytes) -> bool:
    """Whether without_location knows this kind of file, from its first 12 bytes."""
    return _pieces_of(head) is not None


def _pieces_of(data: bytes) -> Callable[[memoryview], Iterator[Span]] | None:
    if data.startswith(JPEG):
        return _jpeg
    if data.startswith(PNG):
        return _png
    return _webp if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


# ----------------------------------------------------------------------------------------------------------- JPEG

_EOI: Final = 0xD9
_BARE: Final = frozenset({0x01, 0xD8})
"""Markers without a length: TEM and SOI. (RST0 to RST7 are part of the pixels.)"""
_EXIF: Final = b"Exif\0\0"
_HARMLESS_APPS: Final = ((0xE0, b"JFIF\0"), (0xE0, b"JFXX\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
"""Application segments that are kept: XMP, IPTC, content credentials, the index of pictures behind the end and what makers
invented are not among them."""
_SCAN: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""Where the coded pixels end: at the next marker that is no restart. One byte FF: to take all that fill the place before a marker
looks at each of them again and again, which takes hours for a MB of them."""


def _jpeg(data: memoryview) -> Iterator[Span]:
    yield data[:2]
    at = 2
    for _ in range(_PIECES_MAX):
        marker = _SCAN.search(data, at)
        if marker is None:
            return
        code, begin, body = data[marker.end() - 1], marker.end() - 2, marker.end()
        if code == _EOI or code in _BARE:
            yield data[begin:body]
            if code == _EOI:
                return
            at = body
            continue
        length = int.from_bytes(data[body : body + 2], "big")
        at = max(body + length, body + 2)
        yield from _segment(code, data[begin:at], at <= len(data))
        if code == 0xDA:
            end = _SCAN.search(data, at)
            pixels_end = end.start() if end else len(data)
            yield data[at:pixels_end]
            at = pixels_end


def _segment(code: int, segment: memoryview, whole: bool) -> Iterator[Span]:
    """What of a segment (marker, length, content) is kept."""
    content = bytes(segment[4:])
    if code == 0xE1 and content.startswith(_EXIF) and whole:
        exif = exif_without_location(content[len(_EXIF) :])
        if exif:
            yield b"\xff\xe1" + struct.pack(">H", 2 + len(_EXIF) + len(exif)) + _EXIF + exif
    elif not 0xE0 <= code <= 0xEF or any(
        code == app and content.startswith(name) for app, name in _HARMLESS_APPS
    ):
        yield segment


# ------------------------------------------------------------------------------------------------------------ PNG

_CHUNKS: Final = frozenset(
    b"tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT tIME acTL fcTL fdAT".split()
)
"""Chunks that are kept, beside those without which there is no picture (their first letter is a capital)."""
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_TELLING: Final = re.compile(
    rb"raw profile|xmp|exif|iptc|gps|geo|loca|place|coord|latit|longit", re.IGNORECASE
)
"""In the keyword of a text that may say where."""


def _png(data: memoryview) -> Iterator[Span]:
    yield data[: len(PNG)]
    at = len(PNG)
    for _ in range(_PIECES_MAX):
        if at + 8 > len(data):
            return
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind = bytes(data[at + 4 : at + 8])
        yield from _png_chunk(kind, data[at:end], end <= len(data))
        if kind == b"IEND":
            return
        at = end


def _png_chunk(kind: bytes, chunk: memoryview, whole: bool) -> Iterator[Span]:
    """What of a chunk (length, type, content, checksum) is kept."""
    if kind == b"eXIf" and whole:
        exif = exif_without_location(bytes(chunk[8:-4]))
        if exif == chunk[8:-4]:
            yield chunk
        elif exif:
            yield struct.pack(">I", len(exif)) + kind + exif + struct.pack(">I", zlib.crc32(kind + exif))
    elif kind in _TEXTS:
        keyword = bytes(chunk[8:88]).partition(b"\0")[0]
        if not _TELLING.search(keyword):
            yield chunk
    elif kind[:1].isupper() or kind in _CHUNKS:
        yield chunk


# ----------------------------------------------------------------------------------------------------------- WebP

_PARTS: Final = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_HAS_EXIF: Final = 0x08
_HAS_XMP: Final = 0x04


def _webp(data: memoryview) -> Iterator[Span]:
    parts = list(_webp_parts(data))
    has_exif = any(part[:4] == b"EXIF" for part in parts)
    body = b"".join(_flagged(part, has_exif) if part[:4] == b"VP8X" else part for part in parts)
    # The size in a file that was cut is wrong, which is no reason to touch one that says no location.
    yield data[:12] if body == data[12:] else b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP"
    yield body


def _webp_parts(data: memoryview) -> Iterator[Span]:
    at, end_of_all = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    for _ in range(_PIECES_MAX):
        if at + 8 > end_of_all:
            return
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        kind, end = bytes(data[at : at + 4]), at + 8 + size
        if kind in _PARTS:
            yield data[at : end + size % 2]
        elif kind == b"EXIF" and end <= len(data):
            yield from _webp_exif(data[at : end + size % 2], size)
        at = end + size % 2


def _webp_exif(chunk: memoryview, size: int) -> Iterator[Span]:
    content = bytes(chunk[8 : 8 + size])
    prefix = (
        _EXIF if content.startswith(_EXIF) else b""
    )  # some writers put it there, though it belongs to JPEG
    exif = exif_without_location(content[len(prefix) :])
    if prefix + exif == content:
        yield chunk
    elif exif:
        yield b"EXIF" + struct.pack("<I", len(exif)) + exif + bytes(len(exif) % 2)


def _flagged(part: Span, has_exif: bool) -> Span:
    """VP8X, saying only what there is now."""
    if len(part) < 9:
        return part
    flags = part[8] & ~_HAS_XMP & (0xFF if has_exif else ~_HAS_EXIF)
    return part if flags == part[8] else bytes(part[:8]) + bytes([flags & 0xFF]) + bytes(part[9:])
