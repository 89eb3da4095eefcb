"""Whom a text names with @. Pure: whether there is such a member is the store's to say."""

import re
import unicodedata
from itertools import islice
from typing import Final

from hubbub.schemas import limits, names

CANDIDATES_MAX: Final = 4 * limits.MENTIONS_MAX
"""Names looked up for one message; whoever writes more of them means nobody."""
_NAME_MAX: Final = 4 * limits.NAME_MAX_CHARACTERS
"""Characters of a name before NFKC may shorten it. U+FDFA and U+FDFB become a sentence by it, and are in no name."""

_AT: Final = re.compile(
    r"@(?=[\w.\-])([^\s@!\"#$%&'()*+,/:;<=>?\[\\\]^`{|}~\ufdfa\ufdfb]{1," + str(_NAME_MAX + 1) + r"})"
)
_CASELESS: Final = ("Lo", "Lm")
"""Letters of scripts without upper and lower case. Before an @ other letters make it an address of electronic mail; but
Chinese puts no space there, and Hebrew writes its prepositions on to the name."""


def mentioned(text: str) -> tuple[list[str], bool]:
    """Folded names that the text may mean, in order and each once, and whether it says @all. After '.', '-' or '_' at its
    end a name is there with it and without: it may be the sentence's. Takes time in the length of the text at most."""
    if "@" not in text:
        return [], False
    found: dict[str, None] = {}
    for match in islice(_AT.finditer(text), CANDIDATES_MAX):
        start = match.start()
        if start and _is_word(text[start - 1]):
            continue
        run = _name(match[1])
        for name in dict.fromkeys((run, run.rstrip(".-_"))):
            if name and len(unicodedata.normalize("NFKC", name)) <= limits.NAME_MAX_CHARACTERS:
                found[names.folded(name)] = None
    everyone = found.keys() & names.RESERVED
    return [name for name in found if name not in names.RESERVED][:CANDIDATES_MAX], bool(everyone)


def _is_word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LNM" and category not in _CASELESS


def _name(run: str) -> str:
    """The beginning of the run that a name may be: letters, digits, marks, '.', '_' and '-'."""
    for place, character in enumerate(run):
        if not (character.isalnum() or character in "._-" or unicodedata.category(character)[0] == "M"):
            return run[:place]
    return run
