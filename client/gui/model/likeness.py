"""Which names look alike, so that nobody is taken for another. Pure."""

import unicodedata
from functools import lru_cache
from typing import Final

_LOOKS: Final = str.maketrans("авеіјкмнорсѕтухԁһԛԝαβεικνορτυχ01i", "abeljkmhopcstyxdhqwabelkvoptuxoll")
"""Letters that look like a Latin one in most types: an "I" is an "l"."""


@lru_cache(maxsize=10_000)
def seen(name: str) -> str:
    """What a reader sees of a name: two names that look alike give the same. Case, width, accents, invisible characters and the
    common Cyrillic and Greek letters count for nothing; Unicode's whole list of lookalikes has thousands more."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    kept = "".join(one for one in letters if unicodedata.category(one)[0] not in "MCZ")
    return kept.translate(_LOOKS)
