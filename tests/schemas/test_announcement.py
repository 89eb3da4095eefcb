"""What anybody on the network may announce: what fits its form is read, and no name does harm where it is shown."""

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.schemas.announcement import (
    LABEL_MAX_BYTES,
    VALUE_MAX_BYTES,
    Announcement,
    BadAnnouncement,
    host_label,
    instance_label,
    read,
    server_name,
    strings_of,
)
from hubbub.schemas.limits import SERVER_NAME_MAX_CHARACTERS

KEY = bytes(range(32))
SAID = Announcement(server="Labor 3.OG", key=KEY, publish_port=2001)


def as_heard(said: Announcement, **other: bytes | None) -> dict[bytes, bytes | None]:
    strings: dict[bytes, bytes | None] = {
        name.encode(): value.encode() for name, value in strings_of(said).items()
    }
    return strings | {name.encode(): value for name, value in other.items()}


def test_what_is_announced_is_what_is_read() -> None:
    assert read(as_heard(SAID)) == SAID
    assert read(as_heard(SAID, colour=b"blue", flag=None)) == SAID


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("key", value) for value in (None, b"", b"short", b"\xff" * 43, b"A" * 44, b"A" * 9000)],
        *[
            (name, value)
            for name in ("publish_port", "protocol")
            for value in (None, b"", b"0", b"-1", b"65536", b"2001\n", b"\xb2", b"1e3", b" 2001", b"9" * 200)
        ],
        ("publish_port", "٢٠٠١".encode()),
        ("server", b"\xff\xfe"),
    ],
)
def test_what_does_not_fit_its_form_is_no_announcement(name: str, value: bytes | None) -> None:
    with pytest.raises(BadAnnouncement):
        read(as_heard(SAID, **{name: value}))


@given(st.dictionaries(st.binary(max_size=20), st.none() | st.binary(max_size=300)))
def test_anything_may_be_heard(strings: dict[bytes, bytes | None]) -> None:
    for heard in (strings, as_heard(SAID) | strings):
        with contextlib.suppress(BadAnnouncement):
            assert read(heard).server


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Labor", "Labor"),
        ("  two \n lines\r\n", "two lines"),
        ("invoice\u202efdp", "invoicefdp"),
        ("a\u2066b\u200fc", "abc"),
        ("\x1b[31mred\x07", "[31mred"),
        ("\u3164\u200b\u2060", "Hubbub"),
        ("\u200d", "Hubbub"),
        ("", "Hubbub"),
        ("half \ud800", "half"),
        ("שלום", "שלום"),
        ("👩\u200d👧 home", "👩\u200d👧 home"),
        ("x" * 9000, "x" * SERVER_NAME_MAX_CHARACTERS),
    ],
)
def test_what_becomes_of_a_name(said: str, shown: str) -> None:
    assert server_name(said) == shown


@given(st.text())
def test_every_name_is_harmless(said: str) -> None:
    shown = server_name(said)
    assert 1 <= len(shown) <= SERVER_NAME_MAX_CHARACTERS and shown == shown.strip()
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert server_name(shown) == shown


@given(st.text(max_size=SERVER_NAME_MAX_CHARACTERS), st.booleans())
def test_every_name_fits_into_an_announcement(name: str, alone: bool) -> None:
    said = Announcement(server=name, key=KEY, publish_port=1)
    label = instance_label(name, KEY, alone=alone)
    assert 1 <= len(label.encode()) <= LABEL_MAX_BYTES and "." not in label
    assert all(len(f"{name}={value}".encode()) <= 255 for name, value in strings_of(said).items())
    assert len(strings_of(said)["server"].encode()) <= VALUE_MAX_BYTES
    assert read(as_heard(said)).server in server_name(name)


def test_two_servers_of_one_name_are_called_differently() -> None:
    labels = {instance_label("x" * 64, key, alone=False) for key in (KEY, KEY[::-1])}
    assert len(labels | {instance_label("x" * 64, KEY, alone=True)}) == 3
    assert host_label(KEY) != host_label(KEY[::-1])
