"""What a user's or group's name may be, and when two names are the same; what a line of text, an emoji and a name of a file may be. Pure;
both sides call it."""

import re
import unicodedata
from typing import Final

from hubbub.schemas.limits import FILE_NAME_MAX_BYTES, NAME_MAX_CHARACTERS

RESERVED: Final = frozenset({"all"})
"""Names with a meaning of their own in a message's text."""

RULE: Final = f"1 to {NAME_MAX_CHARACTERS} letters, digits, '.', '_' or '-'"


DELETED: Final = "deleted user"
"""Whom messages of a deleted account are by. With its space it is nobody's name."""

_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that are not drawn: with one of them a name would look like another's."""

_JOINERS: Final = frozenset("\u200d\ufe0e\ufe0f\u20e3")
"""Zero width joiner, the variation selectors, and the frame around a key: parts of emoji."""
_KEYCAPS: Final = frozenset("0123456789#*")


class BadName(ValueError):
    """The name breaks the rule; the text says how, for a person."""


def canonical(name: str) -> str:
    """The form that is stored and shown: NFKC. Raises BadName. Letters and digits of any script, with their marks."""
    shown = unicodedata.normalize("NFKC", name)
    if not 1 <= len(shown) <= NAME_MAX_CHARACTERS:
        raise BadName(f"a name has {RULE}")
    for place, character in enumerate(shown):
        category = unicodedata.category(character)
        letter = category[0] == "L" or category == "Nd" or (category[0] == "M" and place > 0)
        if (not letter and character not in "._-") or _UNSEEN.match(character):
            raise BadName(f"a name has {RULE}; {character!a} is none of them")
    if folded(shown) in RESERVED:
        raise BadName(f"the name {shown} is reserved")
    return shown


def folded(name: str) -> str:
    """The form that is unique: two names are the same when their folded forms are (NFKC, case folded)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def line(text: str) -> str:
    """A topic, a display name or a status: one line, NFC, without spaces around it. Raises BadName for what would break the
    line, or turn the direction of what follows it."""
    shown = unicodedata.normalize("NFC", text.strip())
    for character in shown:
        if unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") or character in _TURNS:
            raise BadName(f"{character!a} can't be in a line of text")
    return shown


_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates of direction."""


def emoji(text: str) -> str:
    """A reaction: one emoji as people mean it, which may be many code points. Raises BadName for anything with a letter, a
    space or a control character in it."""
    keycap, drawn = "\u20e3" in text, False
    for character in text:
        category = unicodedata.category(character)
        tag = "\U000e0020" <= character <= "\U000e007f"
        if character in _JOINERS or tag:
            continue
        drawn = True
        if keycap and character in _KEYCAPS:
            continue
        if character.isascii() or category not in ("So", "Sk", "Sm", "Po", "Cn"):
            raise BadName(f"{character!a} is no part of an emoji")
    if not drawn:
        raise BadName("a reaction is an emoji")
    return text


_UNSAFE: Final = frozenset('<>:"|?*/\\')
_WINDOWS: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\Z")
"""Names of devices there, whatever comes behind a dot."""
_NO_NAME: Final = "file"


def file_name(text: str) -> str:
    """A name for a file that does no harm on any system, and says what it says: the last part of whatever path it was, NFC, on one
    line, in one direction, at most FILE_NAME_MAX_BYTES, never hidden and never a device. Raises nothing; applied again it changes nothing."""
    part = re.split(r"[/\\]", text)[-1]
    if len(part) > _HEAD + _TAIL:  # to put thousands of marks in order takes a processor half a second
        part = part[:_HEAD] + part[-_TAIL:]
    shown = "".join(_in_a_file_name(character) for character in unicodedata.normalize("NFC", part))
    stem, dot, extension = _shortened(_bare(" ".join(shown.split()))).partition(".")
    if _WINDOWS.match(stem.strip().casefold()):
        stem = f"_{stem}"
    name = _bare(stem + dot + extension)
    return name if name.strip("".join(_JOINERS)) else _NO_NAME


def _bare(name: str) -> str:
    """Windows passes over dots and blanks at the end; with a dot before it a file is hidden elsewhere."""
    return name.strip(" ").lstrip(". ").rstrip(". ")


def _in_a_file_name(character: str) -> str:
    if character in _UNSAFE:
        return "_"
    if character in _JOINERS:
        return character
    category = unicodedata.category(character)
    return (
        ""
        if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or _UNSEEN.match(character)
        else character
    )


def _shortened(name: str) -> str:
    """Cut before its extension, where it has one."""
    if len(name.encode()) <= FILE_NAME_MAX_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    tail = dot + extension if stem and len(extension) <= _EXTENSION_MAX else ""
    room = FILE_NAME_MAX_BYTES - len(tail.encode())
    whole = stem if tail else name
    return _bare(whole.encode()[:room].decode(errors="ignore")) + tail


_EXTENSION_MAX: Final = 16
_HEAD: Final = FILE_NAME_MAX_BYTES
_TAIL: Final = 4 * _EXTENSION_MAX
"""Characters at the end among which an extension is looked for."""


def harmless(text: str, most: int) -> str:
    """What somebody calls himself, as it can be shown whatever it is: one line, in one direction, at most `most` characters. May
    be empty. Raises nothing; applied again it changes nothing."""
    shown = unicodedata.normalize("NFC", "".join(map(_in_a_line, text[: most * 4])))
    name = " ".join(shown.split())[:most].strip()
    return name if name.strip("".join(_JOINERS)) else ""


def _in_a_line(character: str) -> str:
    if character in _JOINERS or character.isspace():
        return " " if character.isspace() else character
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") or _UNSEEN.match(character)
    return "" if hidden else character
