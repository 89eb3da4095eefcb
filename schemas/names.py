"""What a user's or group's name may be, and when two names are the same. Pure; both sides call it."""

import unicodedata
from typing import Final

from hubbub.schemas.limits import NAME_MAX_CHARACTERS

RESERVED: Final = frozenset({"all"})
"""Names with a meaning of their own in a message's text."""

RULE: Final = f"1 to {NAME_MAX_CHARACTERS} letters, digits, '.', '_' or '-'"


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
        if not letter and character not in "._-":
            raise BadName(f"a name has {RULE}; {character!a} is none of them")
    if folded(shown) in RESERVED:
        raise BadName(f"the name {shown} is reserved")
    return shown


def folded(name: str) -> str:
    """The form that is unique: two names are the same when their folded forms are (NFKC, case folded)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
