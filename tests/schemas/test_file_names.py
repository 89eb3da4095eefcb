"""A file's name is data that somebody sent: what is made of it does no harm on any system, and still says what it says."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.schemas.limits import FILE_NAME_MAX_BYTES
from hubbub.schemas.names import file_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("报告 2.pdf", "报告 2.pdf"),
        ("Ça.txt", "Ça.txt"),
        ("👨\u200d👩\u200d👧.png", "👨\u200d👩\u200d👧.png"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\Users\\x\\a b.txt", "a b.txt"),
        ("/etc/", "file"),
        ("", "file"),
        (".", "file"),
        ("..", "file"),
        (" . ", "file"),
        ("\u200d", "file"),
        (".bashrc", "bashrc"),
        ("a. . .", "a"),
        ("a\x00b\nc\x1b[31m.txt", "abc[31m.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"),
        ("  many \t  blanks .txt", "many blanks .txt"),
        ("half \ud800 a character", "half a character"),
    ],
)
def test_what_becomes_of_a_name(sent: str, kept: str) -> None:
    assert file_name(sent) == kept


@pytest.mark.parametrize(
    "device", ["CON", "con.txt", "Nul .tar.gz", "aux", "PRN.", "com1.log", "LPT9", "COM¹", "conin$"]
)
def test_no_name_is_a_device(device: str) -> None:
    assert file_name(device).startswith("_")


def test_a_long_name_keeps_its_extension() -> None:
    assert file_name("a" * 4096 + ".pdf") == "a" * (FILE_NAME_MAX_BYTES - 4) + ".pdf"
    assert file_name("é" * 4096 + ".tar.gz").endswith("é.gz")
    assert len(file_name("名" * 4096).encode()) <= FILE_NAME_MAX_BYTES


@given(st.text(max_size=300) | st.text(alphabet="con. CONaux/\\\u200d\u202e_~1é\x00", max_size=24))
def test_any_name_comes_out_harmless_and_stays_as_it_is(sent: str) -> None:
    kept = file_name(sent)
    assert 1 <= len(kept.encode()) <= FILE_NAME_MAX_BYTES
    assert not set(kept) & set('<>:"|?*/\\')
    assert kept[0] not in ". " and kept[-1] not in ". "
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in kept)
    assert file_name(kept) == kept
